// SPDX-License-Identifier: MIT
#include "parallax/ipc/frame_sharing.hpp"

#include "parallax/ipc/frame_message.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace parallax {
namespace {

using std::chrono::milliseconds;

/// Limit for a viewer's hello; it is sent right after connecting.
constexpr milliseconds time_to_greet{5000};
/// Delay before the next try if there was no file descriptor or no memory for a connection.
constexpr milliseconds pause_after_refusal{1000};

/// A message that cannot be sent, for any reason, counts as one to a viewer that is gone: faults of
/// other processes must not end this one.
bool try_send(const UnixSocket& socket, const message::Any& message,
              std::uint16_t spoken = message::version) noexcept try {
    return socket.send(message::encode(message, spoken));
} catch (const std::exception&) {
    return false;
}

/// The farewell among the messages that a viewer sent before it went, if there is one.
std::optional<std::string> farewell_in(const UnixSocket& socket) noexcept try {
    constexpr int most = 64; // messages; it may send as fast as they are read
    for (int i = 0; i < most; ++i) {
        const auto datagram = socket.receive(milliseconds(0));
        if (!datagram) {
            break;
        }
        const auto message = message::decode(datagram->bytes, datagram->fds.size());
        if (message && std::holds_alternative<message::Farewell>(*message)) {
            return std::get<message::Farewell>(*message).sentence;
        }
    }
    return std::nullopt;
} catch (const std::exception&) { // there are no more
    return std::nullopt;
}

} // namespace

std::vector<std::string> FrameSharer::serve(milliseconds timeout, int also) {
    const bool listens = Clock::now() >= listen_again_;
    std::vector<pollfd> waiting{
        {.fd = listens ? listener_.fd() : -1, .events = POLLIN, .revents = 0},
        {.fd = also, .events = POLLIN, .revents = 0}};
    for (const Viewer& viewer : viewers_) {
        waiting.push_back({.fd = viewer.socket.fd(), .events = POLLIN, .revents = 0});
    }
    const int ready =
        ::poll(waiting.data(), waiting.size(), static_cast<int>(shortened(timeout).count()));
    if (ready < 0 && errno != EINTR) {
        throw_errno("cannot wait for viewers");
    }
    std::vector<std::string> events;
    if (ready > 0) {
        auto woken = waiting.begin() + 2;
        for (Viewer& viewer : viewers_) {
            if ((woken++)->revents != 0) {
                receive_from(viewer, events);
            }
        }
    }
    drop_silent(events);
    remove_gone();
    if (ready > 0 && waiting.front().revents != 0) {
        accept_viewer(events);
    }
    return events;
}

/// The timeout, or the time until a viewer has been silent for too long or the listener is polled
/// again, if that is less.
milliseconds FrameSharer::shortened(milliseconds timeout) const {
    Clock::time_point due = Clock::time_point::max();
    const Clock::time_point now = Clock::now();
    if (listen_again_ > now) {
        due = listen_again_;
    }
    for (const Viewer& viewer : viewers_) {
        if (!viewer.greeted) {
            due = std::min(due, viewer.since + time_to_greet);
        }
    }
    if (due == Clock::time_point::max()) {
        return timeout;
    }
    const milliseconds left = std::max(std::chrono::ceil<milliseconds>(due - now), milliseconds(0));
    return timeout.count() < 0 ? left : std::min(left, timeout);
}

std::size_t FrameSharer::viewers() const {
    return static_cast<std::size_t>(std::ranges::count_if(viewers_, &Viewer::greeted));
}

bool FrameSharer::is_free(std::uint32_t index) const {
    return std::ranges::none_of(
        viewers_, [index](const Viewer& viewer) { return viewer.holds.contains(index); });
}

std::vector<std::string> FrameSharer::announce(const message::Frame& frame) {
    std::vector<std::string> events;
    for (Viewer& viewer : viewers_) {
        if (!viewer.greeted) {
            continue;
        }
        viewer.holds.insert(frame.index);
        if (!try_send(viewer.socket, frame, viewer.version)) {
            mark_gone(viewer, events);
        }
    }
    remove_gone();
    return events;
}

std::vector<std::string> FrameSharer::drop_holders(std::uint32_t index, const std::string& why) {
    std::vector<std::string> events;
    for (Viewer& viewer : viewers_) {
        if (viewer.holds.contains(index)) {
            drop(viewer, why, events);
        }
    }
    remove_gone();
    return events;
}

void FrameSharer::accept_viewer(std::vector<std::string>& events) {
    std::optional<UnixSocket> socket = listener_.accept();
    if (!socket) { // the connection waits in the listener's queue
        if (!make_room(events)) {
            events.emplace_back("no file descriptor or no memory is left for another viewer");
            listen_again_ = Clock::now() + pause_after_refusal;
        }
        return;
    }
    const std::string name = socket->peer().name();
    if (viewers_.size() >= most_viewers && !make_room(events)) {
        static_cast<void>(try_send(
            *socket, message::Farewell{.sentence = text::format("there are {} viewers already, the "
                                                                "most that are served",
                                                                viewers_.size())}));
        events.push_back(name + " is refused: there are too many");
        return;
    }
    viewers_.push_back({.socket = *std::move(socket), .name = name, .since = Clock::now()});
    events.push_back(name + " connects");
}

/// Drops the viewer that has been connected longest without a hello.
bool FrameSharer::make_room(std::vector<std::string>& events) {
    const auto oldest = std::ranges::find(viewers_, false, &Viewer::greeted);
    if (oldest == viewers_.end()) {
        return false;
    }
    drop(*oldest, "it has not said hello, and another viewer needs its place", events);
    remove_gone();
    return true;
}

void FrameSharer::drop_silent(std::vector<std::string>& events) {
    const Clock::time_point now = Clock::now();
    for (Viewer& viewer : viewers_) {
        if (!viewer.greeted && !viewer.gone && now >= viewer.since + time_to_greet) {
            drop(viewer, text::format("it has not said hello within {}", time_to_greet), events);
        }
    }
}

void FrameSharer::receive_from(Viewer& viewer, std::vector<std::string>& events) try {
    const auto datagram = viewer.socket.receive(milliseconds(0));
    if (!datagram) {
        mark_gone(viewer, events);
        return;
    }
    const auto message = message::decode(datagram->bytes, datagram->fds.size());
    if (!message) {
        drop(viewer, message.error(), events);
    } else if (const auto* farewell = std::get_if<message::Farewell>(&*message)) {
        events.push_back(text::format("{} leaves: {}", viewer.name, farewell->sentence));
        viewer.gone = true;
    } else if (const auto* hello = std::get_if<message::Hello>(&*message);
               hello != nullptr && !viewer.greeted) {
        greet(viewer, hello->version, events);
    } else if (const auto* done = std::get_if<message::Done>(&*message);
               done != nullptr && viewer.holds.erase(done->index) == 1) {
        ++frames_done_;
    } else {
        drop(viewer, "that message makes no sense now", events);
    }
} catch (const std::runtime_error& error) { // too long a message, too many fds, no memory for it
    drop(viewer, error.what(), events);
}

void FrameSharer::greet(Viewer& viewer, std::uint16_t version, std::vector<std::string>& events) {
    viewer.greeted = true;
    viewer.version = version;
    const auto unsaid = std::ranges::find_if_not(buffers_, [version](const DrawnBuffer& drawn) {
        return message::can_say(drawn.layout(), version);
    });
    if (unsaid != buffers_.end()) {
        drop(viewer,
             text::format("it speaks version {} of the protocol, which has no words for {}",
                          version, unsaid->layout().format().name),
             events);
    } else if (!send_buffers(viewer)) {
        mark_gone(viewer, events);
    }
}

bool FrameSharer::send_buffers(const Viewer& viewer) const {
    std::uint32_t index = 0;
    return std::ranges::all_of(buffers_, [&](const DrawnBuffer& drawn) {
        message::Buffer offer{.index = index++,
                              .count = static_cast<std::uint32_t>(buffers_.size()),
                              .layout = drawn.layout()};
        std::vector<int> fds; // the kernel gives the viewer duplicates
        for (const DmaBuf& buffer : drawn.buffers()) {
            offer.sizes.push_back(buffer.size());
            fds.push_back(buffer.fd());
        }
        return viewer.socket.send(message::encode(offer, viewer.version), fds);
    });
}

void FrameSharer::mark_gone(Viewer& viewer, std::vector<std::string>& events) {
    const auto farewell = farewell_in(viewer.socket);
    events.push_back(farewell ? text::format("{} leaves: {}", viewer.name, *farewell)
                              : viewer.name + " has disconnected");
    viewer.gone = true;
}

void FrameSharer::drop(Viewer& viewer, const std::string& why, std::vector<std::string>& events) {
    static_cast<void>(
        try_send(viewer.socket, message::Farewell{.sentence = why, .version = viewer.version}));
    events.push_back(text::format("{} is dropped: {}", viewer.name, why));
    viewer.gone = true;
}

void FrameSharer::remove_gone() {
    viewers_.remove_if([](const Viewer& viewer) { return viewer.gone; });
}

} // namespace parallax
