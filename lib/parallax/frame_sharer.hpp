// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/drawn_buffer.hpp"
#include "parallax/frame_message.hpp"
#include "parallax/unix_socket.hpp"

#include <chrono>
#include <cstdint>
#include <list>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace parallax {

/// The sharer's side: lets viewers in, hands each of them the buffers, tells them of frames, and
/// keeps track of who still looks at which buffer. A viewer that dies, hangs up or talks nonsense
/// is let go and holds nothing any more; the others do not notice.
///
/// Owns the connections; borrows the buffers, which must outlive it. Used from one thread.
class FrameSharer {
public:
    /// @param listener where viewers connect; owned from now on.
    /// @param buffers  borrowed, all of one layout; at most 16.
    FrameSharer(UnixListener listener, std::span<const DrawnBuffer> buffers)
        : listener_(std::move(listener)),
          buffers_(buffers) {}

    /// Waits until a viewer wants something, @p also becomes readable, or @p timeout is over
    /// (negative: without end), and does what the viewers want.
    /// @param also one more fd to wake up for, or -1.
    /// @return what happened, in sentences for people.
    std::vector<std::string> serve(std::chrono::milliseconds timeout, int also = -1);

    /// Viewers that have said hello.
    [[nodiscard]] std::size_t viewers() const;

    /// Whether nobody looks at this buffer, so that it may be drawn into.
    [[nodiscard]] bool is_free(std::uint32_t index) const;

    /// Tells every viewer that a frame is ready; they look at its buffer from now on.
    /// @return who turned out to be gone, one sentence each, for people.
    std::vector<std::string> announce(const message::Frame& frame);

    /// Lets those go who look at this buffer: they have had it long enough.
    std::vector<std::string> drop_holders(std::uint32_t index, const std::string& why);

    /// Frames that a viewer has been done with, counted for each viewer.
    [[nodiscard]] std::uint64_t frames_done() const noexcept { return frames_done_; }

private:
    struct Viewer {
        UnixSocket socket;
        pid_t pid = 0;
        bool greeted = false;
        bool gone = false;
        std::set<std::uint32_t> holds;
    };

    void let_in(std::vector<std::string>& events);
    void hear(Viewer& viewer, std::vector<std::string>& events);
    static void give_up(Viewer& viewer, std::vector<std::string>& events);
    void dismiss(Viewer& viewer, const std::string& why, std::vector<std::string>& events);
    [[nodiscard]] bool hand_buffers(const Viewer& viewer) const;
    void forget_the_gone();

    UnixListener listener_;
    std::span<const DrawnBuffer> buffers_;
    std::list<Viewer> viewers_;
    std::uint64_t frames_done_ = 0;
};

} // namespace parallax
