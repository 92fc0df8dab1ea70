// SPDX-License-Identifier: MIT
//
// The same memory without a second fd: map /dev/exporter itself.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <print>

namespace {

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(EXIT_FAILURE);
}

} // namespace

int main() {
    const int node = open("/dev/exporter", O_RDONLY | O_CLOEXEC);
    if (node < 0) {
        fail("cannot open /dev/exporter (load dmabuf_exporter first; its udev rule opens the node "
             "to users)");
    }

    const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, node, 0);
    if (memory == MAP_FAILED) {
        fail("cannot map /dev/exporter");
    }
    close(node); // the mapping does not need it

    std::println("read from /dev/exporter mmap: {}", static_cast<const char*>(memory));

    munmap(memory, size);
    return EXIT_SUCCESS;
}
