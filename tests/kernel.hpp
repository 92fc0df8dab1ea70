// SPDX-License-Identifier: MIT
#pragma once

#include <sys/utsname.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace parallax::test {

inline std::string kernel_release() {
    utsname name{};
    ::uname(&name);
    return name.release;
}

/// Whether this kernel's bochs-drm imports dma-bufs of other drivers: that came after 6.12.
inline bool display_imports() {
    int major = 0;
    int minor = 0;
    return std::sscanf(kernel_release().c_str(), "%d.%d", &major, &minor) == 2 &&
           (major > 6 || (major == 6 && minor > 12));
}

/// Loads the module for tests that gives a device's view; PARALLAX_KMOD_BUILD is set by CMake.
inline void load_importer() {
    const std::filesystem::path module = std::filesystem::path(PARALLAX_KMOD_BUILD) /
                                         kernel_release() / "importer/dmabuf_importer.ko";
    const std::string command = "insmod " + module.string();
    if (!std::filesystem::exists("/dev/importer") && std::system(command.c_str()) != 0) {
        throw std::runtime_error("cannot load " + module.string());
    }
}

} // namespace parallax::test
