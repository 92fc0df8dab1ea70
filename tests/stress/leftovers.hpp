// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace stress {

/// Checks that the module has no objects after its last user has ended: its figures are zero, and
/// it can be unloaded and loaded again.
/// @throws Discrepancy
void check_leftovers();

/// Scans with kmemleak twice, since it reports only objects that it has seen unchanged before.
/// @return the number of suspected objects, or -1 if the kernel has no kmemleak.
/// @throws std::system_error
long suspected_leaks();

} // namespace stress
