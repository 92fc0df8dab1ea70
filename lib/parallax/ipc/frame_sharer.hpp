// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/drawn_buffer.hpp"
#include "parallax/ipc/frame_message.hpp"
#include "parallax/ipc/unix_socket.hpp"

#include <chrono>
#include <cstdint>
#include <list>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace parallax {

/// The sharer's side: accepts viewers, sends each of them the buffers, announces frames, and keeps
/// track of the viewers that hold each buffer. A viewer that dies, disconnects, is silent or
/// violates the protocol is dropped with the buffers that it holds; the others are not affected.
///
/// Owns the connections; borrows the buffers, which must outlive it. Used from one thread.
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

} // namespace parallax
