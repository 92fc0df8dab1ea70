// SPDX-License-Identifier: MIT
//
// From an allocation to a CPU write, without Vulkan: parallax-allocate [EXPORTER]. The exporter is
// a name that `parallax probe` lists, or the node of any dma-heap (/dev/dma_heap/system).
#include <parallax/dmabuf/exporter.hpp>
#include <parallax/dmabuf/mapping.hpp>

#include <algorithm>
#include <cstring>
#include <print>
#include <string_view>

using namespace parallax;

int main(int argc, char** argv) try {
    const auto exporter = open_exporter(argc > 1 ? argv[1] : "exporter");
    if (!exporter) {
        for (const std::string& reason : exporter.error()) {
            std::println(stderr, "{}", reason);
        }
        return 3;
    }
    const DmaBuf buffer = (*exporter)->allocate(4096);
    buffer.set_name("allocate example"); // seen in /proc/PID/fdinfo
    const Mapping mapping = buffer.map();

    constexpr std::string_view text = "hello world!";
    { // DMA_BUF_SYNC_START here, DMA_BUF_SYNC_END at the end of the scope.
        const CpuWrite access(mapping);
        std::ranges::copy(std::as_bytes(std::span(text)), access.bytes().begin());
    }

    // Every other mapping of the dma-buf, in this process or in one that gets the fd, has the same.
    const Mapping other = buffer.map();
    const CpuRead access(other);
    std::println("{} bytes: {}", buffer.size(),
                 reinterpret_cast<const char*>(access.bytes().data()));
    return 0;
} catch (const std::exception& error) {
    std::println(stderr, "{}", error.what());
    return 4;
}
