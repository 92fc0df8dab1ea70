// SPDX-License-Identifier: MIT
#include "parallax/ipc/frame_receiver.hpp"

#include <algorithm>
#include <cerrno>
#include <format>
#include <system_error>

namespace parallax {
namespace {

/// A message that was decoded, with its fds.
struct Received {
    message::Any message;
    std::vector<UniqueFd> fds;
};

using Clock = std::chrono::steady_clock;

std::expected<Received, std::string> receive(const UnixSocket& socket,
                                             std::chrono::milliseconds patience) try {
    auto datagram = socket.receive(patience);
    if (!datagram) {
        return std::unexpected("the sharing process is gone");
    }
    auto message = message::decode(datagram->bytes, datagram->fds.size());
    if (!message) {
        return std::unexpected(message.error());
    }
    if (const auto* farewell = std::get_if<message::Farewell>(&*message)) {
        return std::unexpected("the sharing process ends it: " + farewell->sentence);
    }
    return Received{.message = *std::move(message), .fds = std::move(datagram->fds)};
} catch (const std::system_error& error) {
    if (error.code().value() != ETIMEDOUT) {
        throw;
    }
    return std::unexpected("the sharing process is silent; is it stopped?");
} catch (const std::runtime_error& error) { // too long a message, too many fds
    return std::unexpected(error.what());
}

/// The buffer in a message, if it is the expected one and its fd is such a dma-buf.
std::expected<DrawnBuffer, std::string> take_buffer(Received received, std::size_t expected) {
    const auto* offer = std::get_if<message::Buffer>(&received.message);
    if (offer == nullptr || offer->index != expected) {
        return std::unexpected(
            std::format("the sharing process does not send buffer {} when it should", expected));
    }
    if (!is_dma_buf(received.fds.front().get())) {
        return std::unexpected("the sharing process sends a file descriptor that is not a dma-buf");
    }
    DmaBuf buffer(std::move(received.fds.front()));
    if (buffer.size() < offer->size) {
        return std::unexpected(
            std::format("the sharing process says that its dma-buf holds {} bytes; it holds {}",
                        offer->size, buffer.size()));
    }
    return DrawnBuffer(std::move(buffer), offer->layout);
}

} // namespace

std::expected<FrameReceiver, std::string> FrameReceiver::open(UnixSocket socket,
                                                              std::chrono::milliseconds patience) {
    // If the other side is gone already, its farewell can still be received.
    static_cast<void>(socket.send(message::encode(message::Hello{})));
    const Clock::time_point end = Clock::now() + patience;
    std::vector<DrawnBuffer> buffers;
    std::size_t count = 1;
    while (buffers.size() < count) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        auto received = receive(socket, std::max(left, std::chrono::milliseconds(0)));
        if (!received) {
            return std::unexpected(received.error());
        }
        if (const auto* offer = std::get_if<message::Buffer>(&received->message)) {
            count = offer->count;
        }
        auto buffer = take_buffer(*std::move(received), buffers.size());
        if (!buffer) {
            return std::unexpected(buffer.error());
        }
        if (!buffers.empty() && buffer->layout() != buffers.front().layout()) {
            return std::unexpected("the sharing process sends buffers of different layouts");
        }
        buffers.push_back(*std::move(buffer));
    }
    return FrameReceiver(std::move(socket), std::move(buffers));
}

std::expected<message::Frame, std::string>
FrameReceiver::next(std::chrono::milliseconds patience) const {
    auto received = receive(socket_, patience);
    if (!received) {
        return std::unexpected(received.error());
    }
    const auto* frame = std::get_if<message::Frame>(&received->message);
    if (frame == nullptr || frame->index >= buffers_.size()) {
        return std::unexpected("the sharing process names no buffer that it has sent");
    }
    return *frame;
}

void FrameReceiver::done(const message::Frame& frame) const {
    // If the other side is gone by now, next() reports it.
    static_cast<void>(socket_.send(
        message::encode(message::Done{.index = frame.index, .sequence = frame.sequence})));
}

void FrameReceiver::leave(const std::string& why) const {
    static_cast<void>(socket_.send(message::encode(message::Farewell{.sentence = why})));
}

} // namespace parallax
