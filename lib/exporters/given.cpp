// SPDX-License-Identifier: MIT
// Buffers that another program has made.
#include "exporters/kinds.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/ipc/frame_sharing.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <system_error>

namespace parallax {
namespace {

/// The same memory each time.
/// @throws std::system_error with ENOSPC when it is too small.
DmaBuf again(const DmaBuf& buffer, std::uint64_t size, const std::string& name) {
    if (buffer.size() < size) {
        throw std::system_error(
            ENOSPC, std::generic_category(),
            text::format("{} holds {} bytes, and {} are needed", name, buffer.size(), size));
    }
    return DmaBuf(buffer.duplicate());
}

class InheritedBuffer final : public Exporter {
public:
    InheritedBuffer(DmaBuf&& buffer, std::string name)
        : buffer_(std::move(buffer)),
          name_(std::move(name)) {}

    [[nodiscard]] bool exports_read_only() const noexcept override { return false; }

private:
    DmaBuf do_allocate(std::uint64_t size, Protection /*access*/) override {
        return again(buffer_, size, name_);
    }

    DmaBuf buffer_;
    std::string name_;
};

/// One buffer of a sharing process, which does not draw in it meanwhile.
class ReceivedBuffer final : public PictureExporter {
public:
    ReceivedBuffer(FrameReceiver&& receiver, const message::Frame& frame, std::string name)
        : receiver_(std::move(receiver)),
          frame_(frame),
          name_(std::move(name)) {}
    ReceivedBuffer(const ReceivedBuffer&) = delete;
    ReceivedBuffer& operator=(const ReceivedBuffer&) = delete;
    ReceivedBuffer(ReceivedBuffer&&) = delete;
    ReceivedBuffer& operator=(ReceivedBuffer&&) = delete;
    ~ReceivedBuffer() override {
        try {
            receiver_.done(frame_);
        } catch (const std::system_error&) { // it is gone: nobody waits for the frame
        }
    }

    [[nodiscard]] bool exports_read_only() const noexcept override { return false; }

    std::expected<PictureMemory, Reasons> allocate_picture(const PictureRequest& request) override {
        const ImageLayout& layout = receiver_.layout();
        if (layout.extent != request.extent || layout.fourcc != request.fourcc) {
            return std::unexpected(Reasons{text::format(
                "the picture in {} is {}x{} {}, not {}x{} {}; give --size and --format of it",
                name_, layout.extent.width, layout.extent.height, layout.format().name,
                request.extent.width, request.extent.height, format_of(request.fourcc).name)});
        }
        return PictureMemory{.buffer = DmaBuf(buffer().duplicate()), .layout = layout};
    }

private:
    DmaBuf do_allocate(std::uint64_t size, Protection /*access*/) override {
        return again(buffer(), size, "the dma-buf of " + name_);
    }

    [[nodiscard]] const DmaBuf& buffer() const {
        return receiver_.buffers()[frame_.index].buffer();
    }

    FrameReceiver receiver_;
    message::Frame frame_;
    std::string name_;
};

std::optional<int> parse_fd(std::string_view text) {
    int fd = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fd);
    const bool is_whole = error == std::errc() && end == text.data() + text.size() && fd >= 0;
    return is_whole ? std::optional(fd) : std::nullopt;
}

} // namespace

OpenedExporter open_fd(const ExporterKind& kind) {
    const auto fd = parse_fd(kind.node);
    if (!fd) {
        return std::unexpected(
            text::format("'{}' is no number of a file descriptor", printable(kind.node)));
    }
    UniqueFd own(::fcntl(*fd, F_DUPFD_CLOEXEC, 0));
    if (!own) {
        return std::unexpected(text::format("the caller has passed no file descriptor {}", *fd));
    }
    if (!is_dma_buf(own.get())) {
        return std::unexpected(text::format("file descriptor {} is not a dma-buf", *fd));
    }
    return std::make_unique<InheritedBuffer>(DmaBuf(std::move(own)),
                                             text::format("the dma-buf of fd {}", *fd));
}

OpenedExporter open_socket(const ExporterKind& kind) try {
    using namespace std::chrono_literals;
    const std::string path(kind.node);
    auto receiver = FrameReceiver::open(UnixSocket::connect(path), 10s);
    if (!receiver) {
        return std::unexpected(text::format("{}: {}", printable(path), receiver.error()));
    }
    if (receiver->layout().buffer_count() > 1) {
        return std::unexpected(text::format(
            "{}: the planes of its frames lie in several dma-bufs, and an exporter gives "
            "one; share without --planes each",
            printable(path)));
    }
    const auto frame = receiver->next(10s); // until done() it is not drawn in
    if (!frame) {
        return std::unexpected(text::format("{}: {}", printable(path), frame.error()));
    }
    return std::make_unique<ReceivedBuffer>(*std::move(receiver), *frame, printable(path));
} catch (const std::system_error& error) {
    return std::unexpected(text::format("{} is no socket of parallax share: {}",
                                        printable(kind.node), error.code().message()));
}

} // namespace parallax
