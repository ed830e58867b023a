// SPDX-License-Identifier: MIT
#include "fault_vfs.h"

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace store::test {
namespace {

// The file of the VFS below lies right behind this one, in the memory that SQLite gives us.
struct FaultFile {
    sqlite3_file base;
    FaultVfs* faults;
    std::shared_ptr<PowerCut::File>* watched; // null: nobody is told
    bool is_wal;
};

FaultFile* ours(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file); }
sqlite3_file* below(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(ours(file) + 1); }
FaultVfs* faults_of(sqlite3_vfs* vfs) { return static_cast<FaultVfs*>(vfs->pAppData); }
sqlite3_vfs* below(sqlite3_vfs* vfs) { return faults_of(vfs)->below(); }

int close_file(sqlite3_file* f) {
    delete std::exchange(ours(f)->watched, nullptr);
    return below(f)->pMethods->xClose(below(f));
}
PowerCut::File* watched(sqlite3_file* f) { return ours(f)->watched != nullptr ? ours(f)->watched->get() : nullptr; }
int read_file(sqlite3_file* f, void* bytes, int size, sqlite3_int64 offset) {
    if (ours(f)->faults->read_fails) return SQLITE_IOERR_READ;
    return below(f)->pMethods->xRead(below(f), bytes, size, offset);
}
int write_file(sqlite3_file* f, const void* bytes, int size, sqlite3_int64 offset) {
    const int code = ours(f)->faults->before_write(ours(f)->is_wal, bytes, size, offset);
    if (code != SQLITE_OK) return code;
    if (auto* file = watched(f))
        ours(f)->faults->power->writes(*file, {static_cast<const char*>(bytes), static_cast<std::size_t>(size)}, static_cast<std::uint64_t>(offset));
    return below(f)->pMethods->xWrite(below(f), bytes, size, offset);
}
int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
    const int code = ours(f)->faults->before_change();
    if (code != SQLITE_OK) return code;
    if (auto* file = watched(f)) ours(f)->faults->power->truncates(*file, static_cast<std::uint64_t>(size));
    return below(f)->pMethods->xTruncate(below(f), size);
}
int sync_file(sqlite3_file* f, int flags) {
    const int code = ours(f)->faults->before_sync(ours(f)->is_wal);
    if (code != SQLITE_OK) return code;
    if (auto* file = watched(f)) ours(f)->faults->power->syncs(*file);
    if (ours(f)->faults->skip_disk) return SQLITE_OK;
    return below(f)->pMethods->xSync(below(f), flags);
}
int file_size(sqlite3_file* f, sqlite3_int64* size) { return below(f)->pMethods->xFileSize(below(f), size); }
int lock_file(sqlite3_file* f, int level) { return below(f)->pMethods->xLock(below(f), level); }
int unlock_file(sqlite3_file* f, int level) { return below(f)->pMethods->xUnlock(below(f), level); }
int check_lock(sqlite3_file* f, int* locked) { return below(f)->pMethods->xCheckReservedLock(below(f), locked); }
int control_file(sqlite3_file* f, int op, void* arg) { return below(f)->pMethods->xFileControl(below(f), op, arg); }
int sector_size(sqlite3_file* f) { return below(f)->pMethods->xSectorSize(below(f)); }
int characteristics(sqlite3_file* f) { return below(f)->pMethods->xDeviceCharacteristics(below(f)); }

// Version 1 has no shared memory: a WAL works only with locking_mode EXCLUSIVE, which the store uses.
constexpr sqlite3_io_methods methods = {
    1,         close_file,  read_file,  write_file,   truncate_file, sync_file,       file_size,
    lock_file, unlock_file, check_lock, control_file, sector_size,   characteristics, nullptr,
    nullptr,   nullptr,     nullptr,    nullptr,      nullptr};

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* f, int flags, int* out_flags) {
    ours(f)->faults = faults_of(vfs);
    ours(f)->is_wal = (flags & SQLITE_OPEN_WAL) != 0;
    ours(f)->watched = nullptr;
    const int code = below(vfs)->xOpen(below(vfs), path, below(f), flags, out_flags);
    f->pMethods = below(f)->pMethods ? &methods : nullptr;
    PowerCut* power = faults_of(vfs)->power;
    if (code == SQLITE_OK && power != nullptr && path != nullptr) ours(f)->watched = new std::shared_ptr(power->opens(path));
    return code;
}
int delete_file(sqlite3_vfs* vfs, const char* path, int sync) {
    const int code = faults_of(vfs)->before_change();
    if (code != SQLITE_OK) return code;
    if (PowerCut* power = faults_of(vfs)->power) power->deletes(path, sync != 0);
    return below(vfs)->xDelete(below(vfs), path, sync);
}
int access_file(sqlite3_vfs* vfs, const char* path, int flags, int* result) {
    return below(vfs)->xAccess(below(vfs), path, flags, result);
}
int full_path(sqlite3_vfs* vfs, const char* path, int size, char* full) {
    return below(vfs)->xFullPathname(below(vfs), path, size, full);
}
int randomness(sqlite3_vfs* vfs, int size, char* bytes) { return below(vfs)->xRandomness(below(vfs), size, bytes); }
int sleep_for(sqlite3_vfs* vfs, int microseconds) { return below(vfs)->xSleep(below(vfs), microseconds); }
int current_time(sqlite3_vfs* vfs, double* days) { return below(vfs)->xCurrentTime(below(vfs), days); }
int last_error(sqlite3_vfs* vfs, int size, char* text) { return below(vfs)->xGetLastError(below(vfs), size, text); }

} // namespace

FaultVfs::FaultVfs()
    : name_("fault-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))),
      below_(sqlite3_vfs_find(nullptr)),
      vfs_{} {
    vfs_.iVersion = 1;
    vfs_.szOsFile = static_cast<int>(sizeof(FaultFile)) + below_->szOsFile;
    vfs_.mxPathname = below_->mxPathname;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = open_file;
    vfs_.xDelete = delete_file;
    vfs_.xAccess = access_file;
    vfs_.xFullPathname = full_path;
    vfs_.xRandomness = randomness;
    vfs_.xSleep = sleep_for;
    vfs_.xCurrentTime = current_time;
    vfs_.xGetLastError = last_error;
    sqlite3_vfs_register(&vfs_, 0);
}

FaultVfs::~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }

void FaultVfs::hold_syncs() {
    const std::lock_guard lock(mutex_);
    held_ = true;
}

void FaultVfs::release_syncs() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
}

void FaultVfs::wait_for_held_sync() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [this] { return waits_; }))
        throw std::runtime_error("no sync of the WAL came");
}

void FaultVfs::fail_from(int number, int code, int count) {
    operations_ = 0;
    first_failing_ = number;
    failing_count_ = count;
    failing_code_ = code;
}

int FaultVfs::before_change() {
    const int number = ++operations_;
    return number >= first_failing_ && number - first_failing_ < failing_count_ ? failing_code_ : SQLITE_OK;
}

int FaultVfs::before_write(bool is_wal, const void* bytes, int size, std::int64_t offset) {
    if (const int code = before_change(); code != SQLITE_OK) return code;
    if (disk_is_full || (is_wal && offset + size > largest_wal)) return SQLITE_FULL;
    if (writes_fail) return SQLITE_IOERR_WRITE;
    const std::string_view written(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
    if (!poison.empty() && written.find(poison) != std::string_view::npos) return SQLITE_IOERR_WRITE;
    return SQLITE_OK;
}

int FaultVfs::before_sync(bool is_wal) {
    if (const int code = before_change(); code != SQLITE_OK) return code;
    ++(is_wal ? wal_syncs : database_syncs);
    std::this_thread::sleep_for(std::chrono::milliseconds(sync_milliseconds));
    if (sync_fails) return SQLITE_IOERR_FSYNC;
    if (!is_wal) return SQLITE_OK;
    std::unique_lock lock(mutex_);
    waits_ = held_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    waits_ = false;
    return SQLITE_OK;
}

} // namespace store::test
