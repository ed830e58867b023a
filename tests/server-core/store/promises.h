// SPDX-License-Identifier: MIT
// What every store promises, whatever keeps the bytes: run by the test of each.
#pragma once
#include "turns.h"

namespace store::test {

void keeps_records(Store& store, Turns& turns);
void keeps_a_log(Store& store, Turns& turns);
void pages_a_log(Store& store, Turns& turns);
void searches_an_archive(Store& store, Turns& turns);
void finds_times_whatever_the_clock(Store& store, Turns& turns);
void trims_a_log(Store& store, Turns& turns);
void erases(Store& store, Turns& turns);
void lists_owners(Store& store, Turns& turns);
void reads_see_earlier_writes(Store& store, Turns& turns);
void answers_in_order(Store& store, Turns& turns);

} // namespace store::test
