// SPDX-License-Identifier: MIT
#include "parallax/ipc/frame_sharing.hpp"

#include "parallax/ipc/frame_message.hpp"
#include "parallax/text.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace parallax {
namespace {

/// A message that was decoded, with its fds.
struct Received {
    message::Any message;
    std::vector<UniqueFd> fds;
};

/// Why nothing was received, and the version of the farewell, if it was one.
struct Ending {
    std::string sentence;
    std::uint16_t version = message::version;
};

using Clock = std::chrono::steady_clock;

std::expected<Received, Ending> receive(const UnixSocket& socket,
                                        std::chrono::milliseconds patience) try {
    auto datagram = socket.receive(patience);
    if (!datagram) {
        return std::unexpected(Ending{"the sharing process is gone"});
    }
    auto message = message::decode(datagram->bytes, datagram->fds.size());
    if (!message) {
        return std::unexpected(Ending{message.error()});
    }
    if (const auto* farewell = std::get_if<message::Farewell>(&*message)) {
        return std::unexpected(
            Ending{"the sharing process ends it: " + farewell->sentence, farewell->version});
    }
    return Received{.message = *std::move(message), .fds = std::move(datagram->fds)};
} catch (const std::system_error& error) {
    if (error.code().value() != ETIMEDOUT) {
        throw;
    }
    return std::unexpected(Ending{"the sharing process is silent; is it stopped?"});
} catch (const std::runtime_error& error) { // too long a message, too many fds
    return std::unexpected(Ending{error.what()});
}

/// The buffer in a message, if it is the expected one and its fds are such dma-bufs.
std::expected<DrawnBuffer, std::string> take_buffer(Received received, std::size_t expected) {
    const auto* offer = std::get_if<message::Buffer>(&received.message);
    if (offer == nullptr || offer->index != expected) {
        return std::unexpected(
            text::format("the sharing process does not send buffer {} when it should", expected));
    }
    std::vector<DmaBuf> buffers;
    for (UniqueFd& fd : received.fds) {
        if (!is_dma_buf(fd.get())) {
            return std::unexpected(
                "the sharing process sends a file descriptor that is not a dma-buf");
        }
        const std::uint64_t said = offer->sizes.at(buffers.size());
        buffers.emplace_back(std::move(fd));
        if (buffers.back().size() < said) {
            return std::unexpected(text::format(
                "the sharing process says that its dma-buf holds {} bytes; it holds {}", said,
                buffers.back().size()));
        }
    }
    return DrawnBuffer(std::move(buffers), offer->layout);
}

} // namespace

std::expected<FrameReceiver, std::string> FrameReceiver::open(UnixSocket socket,
                                                              std::chrono::milliseconds patience) {
    std::uint16_t other = 0; // another connection would be needed to make use of it
    return greet(std::move(socket), patience, message::version, other);
}

std::expected<FrameReceiver, std::string>
FrameReceiver::open_any(const std::function<UnixSocket()>& connect,
                        std::chrono::milliseconds patience) {
    std::uint16_t other = message::version;
    auto receiver = greet(connect(), patience, message::version, other);
    if (receiver || other >= message::version || other < message::first_version) {
        return receiver;
    }
    return greet(connect(), patience, other, other);
}

std::expected<FrameReceiver, std::string> FrameReceiver::greet(UnixSocket socket,
                                                               std::chrono::milliseconds patience,
                                                               std::uint16_t spoken,
                                                               std::uint16_t& other) {
    // If the other side is gone already, its farewell can still be received.
    static_cast<void>(socket.send(message::encode(message::Hello{.version = spoken})));
    const Clock::time_point end = Clock::now() + patience;
    std::vector<DrawnBuffer> buffers;
    std::size_t count = 1;
    while (buffers.size() < count) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        auto received = receive(socket, std::max(left, std::chrono::milliseconds(0)));
        if (!received) {
            other = received.error().version;
            return std::unexpected(std::move(received.error().sentence));
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
    return FrameReceiver(std::move(socket), spoken, std::move(buffers));
}

std::expected<message::Frame, std::string>
FrameReceiver::next(std::chrono::milliseconds patience) const {
    auto received = receive(socket_, patience);
    if (!received) {
        return std::unexpected(std::move(received.error().sentence));
    }
    const auto* frame = std::get_if<message::Frame>(&received->message);
    if (frame == nullptr || frame->index >= buffers_.size()) {
        return std::unexpected("the sharing process names no buffer that it has sent");
    }
    return *frame;
}

bool FrameReceiver::connected() const {
    pollfd ended{.fd = socket_.fd(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&ended, 1, 0) <= 0;
}

void FrameReceiver::done(const message::Frame& frame) const {
    // If the other side is gone by now, next() reports it.
    static_cast<void>(socket_.send(
        message::encode(message::Done{.index = frame.index, .sequence = frame.sequence}, spoken_)));
}

void FrameReceiver::leave(const std::string& why) const {
    static_cast<void>(
        socket_.send(message::encode(message::Farewell{.sentence = why, .version = spoken_})));
}

} // namespace parallax
