// SPDX-License-Identifier: MIT
//
// hello-dmabuf [NODE]: the smallest use of a dma-buf: ask /dev/exporter, or another node with its
// ioctl, for one, map it, read it.
#include <linux/dma-buf.h>
#include <linux/dmabuf_exporter.h>

#include <fcntl.h>
#include <sys/ioctl.h>
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

void sync(int buffer, __u64 flags) {
    dma_buf_sync request{.flags = flags | DMA_BUF_SYNC_READ};
    if (ioctl(buffer, DMA_BUF_IOCTL_SYNC, &request) != 0) {
        fail("DMA_BUF_IOCTL_SYNC");
    }
}

} // namespace

int main(int count, char** arguments) {
    const char* const path = count > 1 ? arguments[1] : "/dev/exporter";
    const int node = open(path, O_RDONLY | O_CLOEXEC);
    if (node < 0) {
        std::print(stderr, "cannot open {} ", path);
        fail("(load dmabuf_exporter first; its udev rule opens /dev/exporter to users)");
    }

    int buffer = -1;
    if (ioctl(node, EXPORTER_IOCTL_HELLO, &buffer) != 0) {
        fail("the node gave no dma-buf");
    }
    close(node); // the dma-buf does not need it

    const auto size = static_cast<std::size_t>(lseek(buffer, 0, SEEK_END));
    void* memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, buffer, 0);
    if (memory == MAP_FAILED) {
        fail("cannot map the dma-buf");
    }

    sync(buffer, DMA_BUF_SYNC_START);
    std::println("read from dmabuf mmap: {}", static_cast<const char*>(memory));
    sync(buffer, DMA_BUF_SYNC_END);

    munmap(memory, size);
    close(buffer);
    return EXIT_SUCCESS;
}
