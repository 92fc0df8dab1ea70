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

/// Whether this kernel is of that version or a newer one.
inline bool kernel_at_least(int major, int minor) {
    int this_major = 0;
    int this_minor = 0;
    return std::sscanf(kernel_release().c_str(), "%d.%d", &this_major, &this_minor) == 2 &&
           (this_major > major || (this_major == major && this_minor >= minor));
}

/// Whether this kernel's bochs-drm imports dma-bufs of other drivers: that came after 6.12.
inline bool display_imports() {
    return kernel_at_least(6, 13);
}

/// Whether this kernel makes large entries of bare page frame numbers: 6.1 makes only small ones.
inline bool large_entries_of_frames() {
    return kernel_at_least(6, 12);
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
