// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/exporters/dma_heap.hpp"

#include "parallax/dmabuf/exporters/node.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <linux/dma-heap.h>

#include <cerrno>
#include <string>

namespace parallax {
namespace {

class DmaHeap final : public Exporter {
public:
    DmaHeap(UniqueFd&& node, const ExporterKind& kind)
        : node_(std::move(node)),
          name_(kind.node),
          limits_(kind.limits) {}

    [[nodiscard]] bool exports_read_only() const noexcept override { return true; }

private:
    DmaBuf do_allocate(std::uint64_t size, Protection access) override {
        // O_RDWR by default, since importers that go through mmap refuse a read-only fd.
        const std::uint32_t flags = access == Protection::read ? O_RDONLY : O_RDWR;
        dma_heap_allocation_data request{
            .len = size, .fd = 0, .fd_flags = flags | O_CLOEXEC, .heap_flags = 0};
        if (retry_ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, &request) != 0) {
            throw_refusal(name_, size, limits_);
        }
        return DmaBuf(UniqueFd(static_cast<int>(request.fd)));
    }

    UniqueFd node_;
    std::string name_;
    std::string limits_;
};

/// A heap refuses to allocate 0 bytes with EINVAL; other files do not support the ioctl.
bool is_dma_heap(const UniqueFd& node) {
    dma_heap_allocation_data nothing{
        .len = 0, .fd = 0, .fd_flags = O_RDWR | O_CLOEXEC, .heap_flags = 0};
    return retry_ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &nothing) == 0 || errno != ENOTTY;
}

} // namespace

OpenedExporter open_dma_heap(const ExporterKind& kind) {
    auto node = open_node(kind);
    if (!node) {
        return std::unexpected(node.error());
    }
    if (!is_dma_heap(*node)) {
        return std::unexpected(text::format("{} is not a dma-heap; {}", kind.node, kind.remedy));
    }
    return std::make_unique<DmaHeap>(*std::move(node), kind);
}

} // namespace parallax
