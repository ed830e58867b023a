; SPDX-License-Identifier: GPL-2.0-or-later
; Installs the plugin for one user of Windows, who needs no rights for it: makensis -DVERSION=... -DDLL=... -DICONS=... -DOUTPUT=...
; An organisation.conf that lies beside the installer goes with it, so another organisation compiles nothing. /S asks and shows nothing.
Unicode true
RequestExecutionLevel user
SetCompressor /SOLID lzma
Name "BIOASTER ${VERSION}"
OutFile "${OUTPUT}"
InstallDir "$APPDATA\.purple\plugins"
!define RECORD "Software\Microsoft\Windows\CurrentVersion\Uninstall\bioaster-pidgin"
!define KEPT "$LOCALAPPDATA\bioaster-pidgin" ; the uninstaller: Pidgin tries to load what lies among its plugins
!define PROTOCOLS "pixmaps\pidgin\protocols"

!include MUI2.nsh
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE French

LangString PidginRuns ${LANG_ENGLISH} "Pidgin is running and holds the plugin. Quit Pidgin (menu Buddies, Quit), then try again."
LangString PidginRuns ${LANG_FRENCH} "Pidgin est ouvert et utilise l'extension. Quittez Pidgin (menu Contacts, Quitter), puis réessayez."
LangString NoPidgin ${LANG_ENGLISH} "Pidgin was not found on this computer. Install it from https://pidgin.im: the protocol BIOASTER will be in its list."
LangString NoPidgin ${LANG_FRENCH} "Pidgin n'a pas été trouvé sur cet ordinateur. Installez-le depuis https://pidgin.im : le protocole BIOASTER sera dans sa liste."
LangString NoIcons ${LANG_ENGLISH} "Pidgin's folder belongs to the administrator: the protocol will have no icon. Everything else works."
LangString NoIcons ${LANG_FRENCH} "Le dossier de Pidgin appartient à l'administrateur : le protocole n'aura pas d'icône. Tout le reste fonctionne."

; Leaves Pidgin's folder in $0, or nothing: its installer writes it down for one user or for all.
!macro FindPidgin
  ReadRegStr $0 HKCU "Software\pidgin" ""
  StrCmp $0 "" 0 +2
  ReadRegStr $0 HKLM "Software\pidgin" ""
!macroend

; Until the DLL may be replaced, or the user gives up. Windows lets nobody write to one that is in use.
!macro WaitUntilFree UN
Function ${UN}WaitUntilFree
again:
  IfFileExists "$INSTDIR\libbioaster.dll" 0 free
  ClearErrors
  FileOpen $1 "$INSTDIR\libbioaster.dll" a
  IfErrors held
  FileClose $1
free:
  Return
held:
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(PidginRuns)" /SD IDCANCEL IDRETRY again
  SetErrorLevel 2
  Quit
FunctionEnd
!macroend
!insertmacro WaitUntilFree ""
!insertmacro WaitUntilFree "un."

Function .onInit
  StrCpy $INSTDIR "$APPDATA\.purple\plugins"
  Call WaitUntilFree
FunctionEnd

Function un.onInit
  StrCpy $INSTDIR "$APPDATA\.purple\plugins"
  Call un.WaitUntilFree
FunctionEnd

Section
  SetOutPath "$INSTDIR"
  File "/oname=libbioaster.dll" "${DLL}"
  IfFileExists "$EXEDIR\organisation.conf" 0 +2
  CopyFiles /SILENT "$EXEDIR\organisation.conf" "$INSTDIR\organisation.conf"
  SetOutPath "${KEPT}"
  WriteUninstaller "${KEPT}\uninstall.exe"
  WriteRegStr HKCU "${RECORD}" "DisplayName" "BIOASTER for Pidgin"
  WriteRegStr HKCU "${RECORD}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${RECORD}" "UninstallString" '"${KEPT}\uninstall.exe"'
  WriteRegStr HKCU "${RECORD}" "QuietUninstallString" '"${KEPT}\uninstall.exe" /S'
  WriteRegDWORD HKCU "${RECORD}" "NoModify" 1
  WriteRegDWORD HKCU "${RECORD}" "NoRepair" 1
SectionEnd

Section
  !insertmacro FindPidgin
  IfFileExists "$0\pidgin.exe" found
  MessageBox MB_OK|MB_ICONINFORMATION "$(NoPidgin)" /SD IDOK
  Goto done
found:
  SetOverwrite try ; what may not be written sets the error flag and stops nothing
  ClearErrors
  SetOutPath "$0\${PROTOCOLS}\16"
  File "${ICONS}/16/bioaster.png"
  SetOutPath "$0\${PROTOCOLS}\22"
  File "${ICONS}/22/bioaster.png"
  SetOutPath "$0\${PROTOCOLS}\48"
  File "${ICONS}/48/bioaster.png"
  IfErrors 0 done
  DetailPrint "$(NoIcons)"
done:
SectionEnd

Section Uninstall
  Delete "$INSTDIR\libbioaster.dll"
  Delete "$INSTDIR\organisation.conf"
  !insertmacro FindPidgin
  StrCmp $0 "" no_icons
  Delete "$0\${PROTOCOLS}\16\bioaster.png"
  Delete "$0\${PROTOCOLS}\22\bioaster.png"
  Delete "$0\${PROTOCOLS}\48\bioaster.png"
no_icons:
  Delete "${KEPT}\uninstall.exe"
  RMDir "${KEPT}"
  DeleteRegKey HKCU "${RECORD}"
SectionEnd
