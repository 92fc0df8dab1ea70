// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/ipc/unix_socket.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <list>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// The part of the protocol that users of FrameSharer and FrameReceiver need.
namespace parallax::message {

/// Incremented with every incompatible change. The sharer speaks the version of the viewer's hello.
inline constexpr std::uint16_t version = 2;
/// The first version, which is still spoken: one plane in one dma-buf, of red, green and blue.
inline constexpr std::uint16_t first_version = 1;

/// Sharer to viewer: a frame is in that buffer, and stays there until the viewer returns it.
struct Frame {
    std::uint32_t index = 0;       ///< of the buffer
    std::uint64_t sequence = 0;    ///< of the frame
    std::uint64_t fingerprint = 0; ///< of the picture, see parallax::fingerprint()

    bool operator==(const Frame&) const = default;
};

} // namespace parallax::message

namespace parallax {

/// A hash of a picture, for message::Frame: FNV-1a, 64 bits, over width and height (4 bytes each,
/// least significant first) and the pixels (red, green, blue, alpha) in reading order. Detects
/// mistakes, not attacks.
[[nodiscard]] std::uint64_t fingerprint(const Picture& picture);

/// The sharer's side: accepts viewers, sends each of them the buffers, announces frames, and keeps
/// track of the viewers that hold each buffer. A viewer that dies, disconnects, is silent or
/// violates the protocol is dropped with the buffers that it holds; the others are not affected.
///
/// Owns the connections; borrows the array of buffers, which must outlive it, and must not be
/// moved. Used from one thread.
class FrameSharer {
public:
    /// More are refused with a farewell.
    static constexpr std::size_t most_viewers = 64;

    /// @param listener where viewers connect; owned from now on.
    /// @param buffers  borrowed, all of one layout; at most 16.
    FrameSharer(UnixListener listener, std::span<const DrawnBuffer> buffers)
        : listener_(std::move(listener)),
          buffers_(buffers) {}

    /// Waits until a viewer connects or sends a message, @p also becomes readable, or @p timeout is
    /// over (negative: no limit), and handles the viewers' messages.
    /// @param also one more fd to poll, or -1.
    /// @return the events, one sentence each, for people.
    std::vector<std::string> serve(std::chrono::milliseconds timeout, int also = -1);

    /// The number of viewers that have sent hello.
    [[nodiscard]] std::size_t viewers() const;

    /// True if no viewer holds this buffer, so that it may be drawn into.
    [[nodiscard]] bool is_free(std::uint32_t index) const;

    /// Announces a frame to every viewer; they hold its buffer from now on.
    /// @return the viewers that are gone, one sentence each, for people.
    std::vector<std::string> announce(const message::Frame& frame);

    /// Drops the viewers that hold this buffer.
    /// @param why sent to them in a farewell.
    /// @return these viewers, one sentence each, for people.
    std::vector<std::string> drop_holders(std::uint32_t index, const std::string& why);

    /// The number of frames that viewers have returned, counted for each viewer.
    [[nodiscard]] std::uint64_t frames_done() const noexcept { return frames_done_; }

private:
    using Clock = std::chrono::steady_clock;

    struct Viewer {
        UnixSocket socket;
        std::string name;        // Peer::name()
        Clock::time_point since; // when it connected
        bool greeted = false;
        std::uint16_t version = message::version; // that it speaks
        bool gone = false;
        std::set<std::uint32_t> holds;
    };

    [[nodiscard]] std::chrono::milliseconds shortened(std::chrono::milliseconds timeout) const;
    void accept_viewer(std::vector<std::string>& events);
    [[nodiscard]] bool make_room(std::vector<std::string>& events);
    void drop_silent(std::vector<std::string>& events);
    void receive_from(Viewer& viewer, std::vector<std::string>& events);
    static void mark_gone(Viewer& viewer, std::vector<std::string>& events);
    void drop(Viewer& viewer, const std::string& why, std::vector<std::string>& events);
    void greet(Viewer& viewer, std::uint16_t version, std::vector<std::string>& events);
    [[nodiscard]] bool send_buffers(const Viewer& viewer) const;
    void remove_gone();

    UnixListener listener_;
    std::span<const DrawnBuffer> buffers_;
    std::list<Viewer> viewers_;
    Clock::time_point listen_again_{}; // no connection is accepted before this time
    std::uint64_t frames_done_ = 0;
};

/// The viewer's side: receives buffers of another process over a socket, maps them, and receives a
/// message for each frame in them. Messages are not trusted.
///
/// Owns the connection and the buffers, which stay valid when the other side dies.
class FrameReceiver {
public:
    /// The default time limit: a sharer that announces a frame each minute is not silent.
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
