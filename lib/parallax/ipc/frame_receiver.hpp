// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/drawn_buffer.hpp"
#include "parallax/ipc/frame_message.hpp"
#include "parallax/ipc/unix_socket.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace parallax {

/// The viewer's side: receives buffers of another process over a socket, maps them, and receives a
/// message for each frame in them. Messages are not trusted.
///
/// Owns the connection and the buffers, which stay valid when the other side dies.
class FrameReceiver {
public:
    /// Twice the longest --interval of `parallax share`.
    static constexpr std::chrono::milliseconds long_silence{120'000};

    /// Sends hello and receives the buffers.
    /// @param patience time limit for all of it.
    /// @return the receiver, or a sentence: the other side is gone, refuses, is silent, or violates
    ///         the protocol.
    /// @throws std::system_error when a buffer cannot be mapped.
    [[nodiscard]] static std::expected<FrameReceiver, std::string>
    open(UnixSocket socket, std::chrono::milliseconds patience = long_silence);

    /// The same with a sharer that may be of an older release: it is greeted in the version that it
    /// names, over a second connection.
    /// @param connect makes a connection.
    /// @throws what @p connect does, too.
    [[nodiscard]] static std::expected<FrameReceiver, std::string>
    open_any(const std::function<UnixSocket()>& connect,
             std::chrono::milliseconds patience = long_silence);

    /// At least one, all of one layout.
    [[nodiscard]] std::span<const DrawnBuffer> buffers() const noexcept { return buffers_; }
    /// The layout of the pixels, the same in all buffers.
    [[nodiscard]] const ImageLayout& layout() const noexcept { return buffers_.front().layout(); }

    /// The process at the other end.
    [[nodiscard]] Peer sharer() const { return socket_.peer(); }

    /// Waits for the next frame. The sharer does not change its buffer until done().
    /// @param patience time limit.
    /// @return the frame, or a sentence why there is none.
    [[nodiscard]] std::expected<message::Frame, std::string>
    next(std::chrono::milliseconds patience = long_silence) const;

    /// True as long as the sharer has not ended the connection. Once it has, it may draw in every
    /// buffer: what was read since a frame came may be a part of another.
    [[nodiscard]] bool connected() const;

    /// Returns the frame's buffer to the sharer.
    void done(const message::Frame& frame) const;

    /// Sends the reason for closing the connection.
    void leave(const std::string& why) const;

private:
    FrameReceiver(UnixSocket socket, std::uint16_t spoken, std::vector<DrawnBuffer> buffers)
        : socket_(std::move(socket)),
          spoken_(spoken),
          buffers_(std::move(buffers)) {}

    /// @param spoken version.
    /// @param other  receives the version of a farewell in another one.
    static std::expected<FrameReceiver, std::string> greet(UnixSocket socket,
                                                           std::chrono::milliseconds patience,
                                                           std::uint16_t spoken,
                                                           std::uint16_t& other);

    UnixSocket socket_;
    std::uint16_t spoken_;
    std::vector<DrawnBuffer> buffers_;
};

} // namespace parallax
