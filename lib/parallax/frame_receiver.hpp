// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/drawn_buffer.hpp"
#include "parallax/frame_message.hpp"
#include "parallax/unix_socket.hpp"

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace parallax {

/// The viewer's side: buffers that another process allocated, received over a socket and mapped,
/// and word of each frame in them. Nothing that the other side says is trusted.
///
/// Owns the connection and the buffers, which stay when the other side dies.
class FrameReceiver {
public:
    /// Says hello and takes the buffers.
    /// @return the receiver, or a sentence: the other side is gone, refuses, or does not keep to
    ///         the protocol.
    /// @throws std::system_error when a buffer cannot be mapped.
    [[nodiscard]] static std::expected<FrameReceiver, std::string> open(UnixSocket socket);

    /// At least one, all of one layout.
    [[nodiscard]] std::span<const DrawnBuffer> buffers() const noexcept { return buffers_; }
    /// Where the pixels lie, the same in all buffers.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return buffers_.front().layout(); }

    /// The process at the other end.
    [[nodiscard]] pid_t sharer() const { return socket_.peer().pid; }

    /// Waits for the next frame. Its buffer keeps still until done().
    /// @return the frame, or a sentence that says why there will be no more.
    [[nodiscard]] std::expected<message::Frame, std::string> next() const;

    /// Gives the frame's buffer back.
    void done(const message::Frame& frame) const;

    /// Tells the other side why this one leaves.
    void leave(const std::string& why) const;

private:
    FrameReceiver(UnixSocket socket, std::vector<DrawnBuffer> buffers)
        : socket_(std::move(socket)),
          buffers_(std::move(buffers)) {}

    UnixSocket socket_;
    std::vector<DrawnBuffer> buffers_;
};

} // namespace parallax
