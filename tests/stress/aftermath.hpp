// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace stress {

/// Whether all is as it was, once nobody uses the module any more: its figures are zero, and it can
/// be unloaded and loaded again.
/// @throws Discrepancy
void check_aftermath();

/// Asks kmemleak twice, since it suspects only what it has seen unchanged before.
/// @return how many objects it suspects, or -1 where the kernel has no kmemleak.
/// @throws std::system_error
long suspected_leaks();

} // namespace stress
