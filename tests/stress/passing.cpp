// SPDX-License-Identifier: MIT
//
// Buffers in messages: to the same process, to another one, and in a socket for a while.
#include "support/fds.hpp"
#include "worker.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace stress {
namespace {

/// The data sent with a buffer: its access mode and its content.
struct Gift {
    static constexpr std::size_t most_pages = 16;

    int mode = 0;
    std::size_t pages = 0;
    std::array<Tag, most_pages> tags{};
};

struct Parcel {
    Gift gift;
    parallax::test::FdMessage message{&gift, sizeof(gift)};

    /// @return none if it came without: the kernel may not have had the memory for one.
    uapi::UniqueFd take() { return std::move(message.take()[0]); }
};

} // namespace

/// Through a socket of its own; for that time, the message may be all that holds the buffer.
void Worker::pass_to_self() {
    Buffer* buffer = any_buffer_with_fd();
    std::array<int, 2> ends{};
    if (buffer == nullptr ||
        ::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
        return;
    }
    const uapi::UniqueFd there(ends[0]);
    const uapi::UniqueFd here(ends[1]);
    Parcel parcel;
    parcel.message.put(buffer->fds.back().get());
    if (!done(call([&] { return ::sendmsg(there.get(), parcel.message.header(), 0); }),
              "sendmsg")) {
        return;
    }
    buffer->fds.pop_back();
    if (random_.one_in(4)) {
        return; // the message is lost with its socket, and what it holds
    }
    Parcel back;
    if (done(call([&] { return ::recvmsg(here.get(), back.message.header(), MSG_CMSG_CLOEXEC); }),
             "recvmsg")) {
        if (uapi::UniqueFd fd = back.take()) {
            ++setup_.counters->fds_passed;
            buffer->fds.push_back(std::move(fd));
        }
    }
}

/// Sends it to any other process. This one keeps nothing of it, since the other will write it.
void Worker::pass_on() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer == nullptr || buffer->pages() > Gift::most_pages || buffer->mode != O_RDWR) {
        return;
    }
    Parcel parcel;
    parcel.gift.mode = buffer->mode;
    parcel.gift.pages = buffer->pages();
    std::ranges::copy(buffer->tags, parcel.gift.tags.begin());
    parcel.message.put(buffer->fds.back().get());
    uapi::UniqueFd kept = std::move(buffer->fds.back());
    buffer->fds.pop_back();
    drop(*buffer);
    const Result sent =
        call([&] { return ::sendmsg(setup_.send, parcel.message.header(), MSG_DONTWAIT); });
    if (sent.error != EAGAIN) { // EAGAIN: the socket is full
        done(sent, "sendmsg");
    }
}

void Worker::receive() {
    Parcel parcel;
    const Result received = call([&] {
        return ::recvmsg(setup_.receive, parcel.message.header(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    });
    if (received.error == EAGAIN || !done(received, "recvmsg")) {
        return;
    }
    uapi::UniqueFd fd = parcel.take();
    if (!fd) {
        return;
    }
    ++setup_.counters->fds_passed;
    Buffer buffer(parcel.gift.pages, parcel.gift.mode);
    std::copy_n(parcel.gift.tags.begin(), parcel.gift.pages, buffer.tags.begin());
    const off_t size = ::lseek(fd.get(), 0, SEEK_END);
    if (size != static_cast<off_t>(buffer.bytes())) {
        throw Discrepancy("a buffer was passed on that has another size");
    }
    buffer.fds.push_back(std::move(fd));
    const Result mapped = call([&] {
        return ::mmap(nullptr, buffer.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED,
                      buffer.fds[0].get(), 0);
    });
    if (add_span(buffer, mapped, {.pages = buffer.pages()})) {
        check_span(buffer, buffer.spans[0], 64, "the mapping of another process");
    }
    buffers_.push_back(std::move(buffer));
}

/// The message, which may be all that holds the buffer, stays on its way. Now and then it is one
/// that holds the socket that it waits in, too: it can never be received, and the kernel has to
/// find out.
void Worker::send_off() {
    Buffer* buffer = any_buffer_with_fd();
    std::array<int, 2> ends{};
    if (buffer == nullptr || buffer->flights.size() > 2 ||
        ::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
        return;
    }
    Flight flight{.here = uapi::UniqueFd(ends[0]), .there = uapi::UniqueFd(ends[1])};
    Parcel parcel;
    parcel.message.put(buffer->fds.back().get());
    const auto send = [&] { return ::sendmsg(flight.there.get(), parcel.message.header(), 0); };
    if (!done(call(send), "sendmsg")) {
        return;
    }
    if (random_.one_in(4)) {
        parcel.message.put(flight.here.get());
        done(call(send), "sendmsg of a socket");
        return;
    }
    buffer->flights.push_back(std::move(flight));
    if (random_.one_in(2)) {
        buffer->fds.pop_back();
    }
}

void Worker::land() {
    Buffer* buffer = any_buffer();
    if (buffer == nullptr || buffer->flights.empty()) {
        return;
    }
    Parcel parcel;
    const Result received = call([&] {
        return ::recvmsg(buffer->flights.back().here.get(), parcel.message.header(),
                         MSG_CMSG_CLOEXEC);
    });
    if (!done(received, "recvmsg")) {
        if (received.injected) { // the message may be lost
            buffer->flights.pop_back();
        }
        return;
    }
    buffer->flights.pop_back();
    if (uapi::UniqueFd fd = parcel.take()) {
        ++setup_.counters->fds_passed;
        buffer->fds.push_back(std::move(fd));
    }
}

} // namespace stress
