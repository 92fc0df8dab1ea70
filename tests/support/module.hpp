// SPDX-License-Identifier: MIT
//
// Loading and unloading kernel modules of this project.
#pragma once

#include <filesystem>
#include <string>

namespace uapi {

/// @return the folder of the modules for the running kernel, in build/kmod, or that of the
/// environment variable PARALLAX_KMOD. Test drivers are in a folder of their own there.
std::filesystem::path built_modules();

/// Loads a module from built_modules().
/// @throws std::system_error when that fails.
void load_module(const std::string& name, const std::string& parameters = "");

/// Loads dmabuf_importer, the module for tests, unless it is loaded.
/// @throws std::system_error when that fails.
void load_importer();

/// @return errno, or 0. EWOULDBLOCK: something uses it.
int unload_module(const std::string& name);

/// The same, but waits: a file that was just closed may hold the module for a moment.
int unload_module_once(const std::string& name);

} // namespace uapi
