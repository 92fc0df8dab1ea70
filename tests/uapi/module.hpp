// SPDX-License-Identifier: MIT
//
// Loading and unloading kernel modules of this project.
#pragma once

#include <string>

namespace uapi {

/// Loads a module as it was built for the running kernel: from build/kmod, or from the directory
/// that the environment variable PARALLAX_KMOD names.
/// @throws std::system_error when that fails.
void load_module(const std::string& name, const std::string& parameters = "");

/// @return errno, or 0. EWOULDBLOCK: something uses it.
int unload_module(const std::string& name);

/// The same, but waits: what was closed just now may hold the module for a moment more.
int unload_module_once(const std::string& name);

} // namespace uapi
