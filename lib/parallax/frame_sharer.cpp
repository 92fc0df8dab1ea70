// SPDX-License-Identifier: MIT
#include "parallax/frame_sharer.hpp"

#include "parallax/error.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <format>

namespace parallax {

std::vector<std::string> FrameSharer::serve(std::chrono::milliseconds timeout, int also) {
    std::vector<pollfd> waiting{{.fd = listener_.fd(), .events = POLLIN, .revents = 0},
                                {.fd = also, .events = POLLIN, .revents = 0}};
    for (const Viewer& viewer : viewers_) {
        waiting.push_back({.fd = viewer.socket.fd(), .events = POLLIN, .revents = 0});
    }
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(timeout.count()));
    if (ready < 0 && errno != EINTR) {
        throw_errno("cannot wait for viewers");
    }
    std::vector<std::string> events;
    if (ready <= 0) {
        return events;
    }
    auto woken = waiting.begin() + 2;
    for (Viewer& viewer : viewers_) {
        if ((woken++)->revents != 0) {
            hear(viewer, events);
        }
    }
    forget_the_gone();
    if (waiting.front().revents != 0) {
        let_in(events);
    }
    return events;
}

std::size_t FrameSharer::viewers() const {
    return static_cast<std::size_t>(std::ranges::count_if(viewers_, &Viewer::greeted));
}

bool FrameSharer::is_free(std::uint32_t index) const {
    return std::ranges::none_of(
        viewers_, [index](const Viewer& viewer) { return viewer.holds.contains(index); });
}

std::vector<std::string> FrameSharer::announce(const message::Frame& frame) {
    const std::vector<std::byte> bytes = message::encode(frame);
    std::vector<std::string> events;
    for (Viewer& viewer : viewers_) {
        if (!viewer.greeted) {
            continue;
        }
        viewer.holds.insert(frame.index);
        if (!viewer.socket.send(bytes)) {
            give_up(viewer, events);
        }
    }
    forget_the_gone();
    return events;
}

std::vector<std::string> FrameSharer::drop_holders(std::uint32_t index, const std::string& why) {
    std::vector<std::string> events;
    for (Viewer& viewer : viewers_) {
        if (viewer.holds.contains(index)) {
            dismiss(viewer, why, events);
        }
    }
    forget_the_gone();
    return events;
}

void FrameSharer::let_in(std::vector<std::string>& events) {
    UnixSocket socket = listener_.accept();
    const pid_t pid = socket.peer().pid;
    viewers_.push_back({.socket = std::move(socket), .pid = pid});
    events.push_back(std::format("process {} connects", pid));
}

void FrameSharer::hear(Viewer& viewer, std::vector<std::string>& events) try {
    const auto datagram = viewer.socket.receive();
    if (!datagram) {
        give_up(viewer, events);
        return;
    }
    const auto message = message::decode(datagram->bytes, datagram->fds.size());
    if (!message) {
        dismiss(viewer, message.error(), events);
    } else if (const auto* farewell = std::get_if<message::Farewell>(&*message)) {
        events.push_back(std::format("process {} leaves: {}", viewer.pid, farewell->sentence));
        viewer.gone = true;
    } else if (std::holds_alternative<message::Hello>(*message) && !viewer.greeted) {
        viewer.greeted = true;
        if (!hand_buffers(viewer)) {
            give_up(viewer, events);
        }
    } else if (const auto* done = std::get_if<message::Done>(&*message);
               done != nullptr && viewer.holds.erase(done->index) == 1) {
        ++frames_done_;
    } else {
        dismiss(viewer, "that message makes no sense now", events);
    }
} catch (const std::runtime_error& error) { // too long a message, too many fds
    dismiss(viewer, error.what(), events);
}

bool FrameSharer::hand_buffers(const Viewer& viewer) const {
    std::uint32_t index = 0;
    return std::ranges::all_of(buffers_, [&](const DrawnBuffer& drawn) {
        const message::Buffer offer{.index = index++,
                                    .count = static_cast<std::uint32_t>(buffers_.size()),
                                    .size = drawn.buffer().size(),
                                    .layout = drawn.layout()};
        // The kernel gives the viewer a duplicate of its own.
        return viewer.socket.send(message::encode(offer), std::array{drawn.buffer().fd()});
    });
}

void FrameSharer::give_up(Viewer& viewer, std::vector<std::string>& events) {
    events.push_back(std::format("process {} has gone", viewer.pid));
    viewer.gone = true;
}

void FrameSharer::dismiss(Viewer& viewer, const std::string& why,
                          std::vector<std::string>& events) {
    static_cast<void>(viewer.socket.send(message::encode(message::Farewell{.sentence = why})));
    events.push_back(std::format("process {} is let go: {}", viewer.pid, why));
    viewer.gone = true;
}

void FrameSharer::forget_the_gone() {
    viewers_.remove_if([](const Viewer& viewer) { return viewer.gone; });
}

} // namespace parallax
