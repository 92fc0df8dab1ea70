// SPDX-License-Identifier: MIT
#pragma once

#include <sys/utsname.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace parallax::test {

inline std::string kernel_release() {
    utsname name{};
    ::uname(&name);
    return name.release;
}

/// True if this kernel is of that version or a newer one.
inline bool kernel_at_least(int major, int minor) {
    int this_major = 0;
    int this_minor = 0;
    return std::sscanf(kernel_release().c_str(), "%d.%d", &this_major, &this_minor) == 2 &&
           (this_major > major || (this_major == major && this_minor >= minor));
}

/// True if this kernel's bochs-drm imports dma-bufs of other drivers, as it does after 6.12.
inline bool display_imports() {
    return kernel_at_least(6, 13);
}

/// False of a kernel that is built without dma-heaps, as Debian's is for 64-bit ARM.
inline bool has_heaps() {
    return std::filesystem::exists("/sys/class/dma_heap");
}

/// True if the module makes large entries: page tables can mark them as special since 6.12.
inline bool large_entries_of_frames() {
    return kernel_at_least(6, 12);
}

} // namespace parallax::test
