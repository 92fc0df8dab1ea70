// SPDX-License-Identifier: MIT
#include "sharing/seen_memory.hpp"

#include "process/exit_status.hpp"
#include "sharing/connection.hpp"

#include "files/read_file.hpp"
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>

#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

std::string describe(const ImageLayout& layout) {
    return text::format("a pattern of {}x{} {}, stride {}, offset {} takes {}", layout.extent.width,
                        layout.extent.height, layout.format().name, layout.planes[0].stride,
                        layout.planes[0].offset, layout.size());
}

void require_bytes(const std::string& name, std::uint64_t size, const ImageLayout& layout) {
    if (size < layout.size()) {
        throw UsageError(text::format("{} has {} bytes; {}", name, size, describe(layout)));
    }
}

/// @param buffers borrowed.
Picture read_buffers(std::span<const DmaBuf> buffers, const ImageLayout& layout) {
    if (buffers.size() == 1) {
        require_bytes("the dma-buf", buffers.front().size(), layout);
    }
    std::vector<DmaBuf> own;
    for (const DmaBuf& buffer : buffers) {
        own.emplace_back(buffer.duplicate());
    }
    return DrawnBuffer(std::move(own), layout).cpu_view();
}

/// The first bytes of a file; at most one more than @p most.
std::string start_of(const std::string& file, std::uint64_t most) try {
    return read_start(file, most + 1);
} catch (const std::runtime_error& error) {
    throw UsageError(error.what());
}

} // namespace

SeenMemory see_file(const std::string& file, const PatternOptions& options) {
    const ImageLayout layout = options.resolve().layout;
    // A file of whole rows is as long as it should be, too.
    const std::uint64_t whole = whole_rows(layout);
    const std::string content = start_of(file, whole);
    require_bytes(file, content.size(), layout);
    SeenMemory seen{.picture = read_pixels(layout, std::as_bytes(std::span(content)))};
    if (content.size() > whole) {
        seen.note = text::format("the file is longer: only its first {} bytes were read, which the "
                                 "layout takes",
                                 whole);
    }
    return seen;
}

SeenMemory see_shared(const std::filesystem::path& socket, std::chrono::milliseconds wait,
                      const PatternOptions& options) {
    const FrameReceiver receiver = connect_to_sharer(socket, wait);
    if (!can_be_pattern(receiver.layout().format())) {
        throw std::runtime_error(text::format("frames of {} are shared; a pattern is of one of {}",
                                              receiver.layout().format().name,
                                              format_names(can_be_pattern)));
    }
    const auto frame = receiver.next();
    if (!frame) {
        throw std::runtime_error(frame.error());
    }
    SeenMemory seen{.picture = read_buffers(receiver.buffers()[frame->index].buffers(),
                                            options.resolve(receiver.layout()).layout),
                    .written = receiver.layout()};
    if (!receiver.connected()) {
        seen.note =
            "the sharing process ended the connection while its frame was read, and may have "
            "drawn in it";
    }
    receiver.done(*frame);
    return seen;
}

SeenMemory see_fd(int fd, const PatternOptions& options) {
    if (!is_dma_buf(fd)) {
        throw UsageError(text::format("--fd: the file descriptor {} is not a dma-buf", fd));
    }
    const DmaBuf buffer(UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0)));
    return {.picture = read_buffers(std::span(&buffer, 1), options.resolve().layout)};
}

} // namespace parallax::demo
