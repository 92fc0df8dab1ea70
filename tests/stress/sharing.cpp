// SPDX-License-Identifier: MIT
//
// How an actor comes to a buffer, gives it away and lets it go.
#include "actor.hpp"

#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>

namespace stress {
namespace {

/// What goes with a buffer that is passed on: how it may be used, and what it holds.
struct Gift {
    static constexpr std::size_t most_pages = 16;

    int mode = 0;
    std::size_t pages = 0;
    std::array<Tag, most_pages> tags{};
};

struct Parcel {
    Gift gift;
    iovec data{.iov_base = &gift, .iov_len = sizeof(gift)};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{.msg_name = nullptr,
                   .msg_namelen = 0,
                   .msg_iov = &data,
                   .msg_iovlen = 1,
                   .msg_control = control.data(),
                   .msg_controllen = control.size(),
                   .msg_flags = 0};

    Parcel() = default;
    Parcel(const Parcel&) = delete;
    Parcel& operator=(const Parcel&) = delete;

    void put(int fd) {
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    }

    /// @return none if it came without: the kernel may not have had the memory for one.
    uapi::UniqueFd take() {
        int fd = -1;
        const cmsghdr* header = CMSG_FIRSTHDR(&message);
        if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
            std::memcpy(&fd, CMSG_DATA(header), sizeof(fd));
        }
        return uapi::UniqueFd(fd);
    }
};

std::size_t some_size(Random& random) {
    switch (random.below(8)) {
    case 0:
        return uapi::large + random.below(4 * uapi::mib);
    case 1:
        return uapi::large * random.between(1, 3);
    case 2:
    case 3:
        return random.between(1, 256 * page);
    default:
        return random.between(1, 16 * page);
    }
}

/// Copies what is shared with the parent until it is written: a page of the stack that is first
/// written when the cgroup is full would have the kernel kill the child for that.
void own_stack() {
    std::array<volatile std::byte, 16 * page> room;
    for (std::size_t at = 0; at < room.size(); at += page) {
        room[at] = std::byte{0};
    }
}

} // namespace

void Actor::allocate() {
    const std::size_t size = some_size(random_);
    const unsigned mode = random_.one_in(8) ? (random_.one_in(2) ? O_RDONLY : O_WRONLY) : O_RDWR;
    dma_heap_allocation_data data = uapi::request(size);
    data.fd_flags = mode | (random_.one_in(2) ? O_CLOEXEC : 0);
    const auto ask = [&] { return ::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, &data); };
    if (!done(call(ask), "allocation")) {
        return;
    }
    ++stage_.ledger->buffers;
    Buffer buffer((size + page - 1) / page, static_cast<int>(mode));
    buffer.fds.emplace_back(static_cast<int>(data.fd));
    // Whoever had these pages before, nothing of it may be left.
    if (mode != O_WRONLY) {
        const Span all{
            .pages = buffer.pages(), .writable = false, .of_shared_file = mode == O_RDWR};
        const Result mapped = call([&] {
            return ::mmap(nullptr, buffer.bytes(), PROT_READ, MAP_SHARED, buffer.fds[0].get(), 0);
        });
        if (add_span(buffer, mapped, all)) {
            check_span(buffer, buffer.spans[0], 64, "its first mapping");
        }
    }
    buffers_.push_back(std::move(buffer));
}

void Actor::duplicate() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer == nullptr || buffer->fds.size() > 4) {
        return;
    }
    const Result copy = call([&] { return ::fcntl(any_fd(*buffer), F_DUPFD_CLOEXEC, 0); });
    if (done(copy, "dup")) {
        buffer->fds.emplace_back(static_cast<int>(copy.value));
    }
}

void Actor::close() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer != nullptr) {
        const auto which = static_cast<std::ptrdiff_t>(random_.below(buffer->fds.size()));
        buffer->fds.erase(buffer->fds.begin() + which);
    }
}

/// Through a socket of its own; for that time, the message may be all that holds the buffer.
void Actor::pass_to_self() {
    Buffer* buffer = any_buffer_with_fd();
    std::array<int, 2> ends{};
    if (buffer == nullptr ||
        ::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
        return;
    }
    const uapi::UniqueFd there(ends[0]);
    const uapi::UniqueFd here(ends[1]);
    Parcel parcel;
    parcel.put(buffer->fds.back().get());
    if (!done(call([&] { return ::sendmsg(there.get(), &parcel.message, 0); }), "sendmsg")) {
        return;
    }
    buffer->fds.pop_back();
    if (random_.one_in(4)) {
        return; // the message is lost with its socket, and what it holds
    }
    Parcel back;
    if (done(call([&] { return ::recvmsg(here.get(), &back.message, MSG_CMSG_CLOEXEC); }),
             "recvmsg")) {
        if (uapi::UniqueFd fd = back.take()) {
            ++stage_.ledger->fds_passed;
            buffer->fds.push_back(std::move(fd));
        }
    }
}

/// To whichever process comes for it. Nothing of it stays here, since it will be written elsewhere.
void Actor::pass_on() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer == nullptr || buffer->pages() > Gift::most_pages || buffer->mode != O_RDWR) {
        return;
    }
    Parcel parcel;
    parcel.gift.mode = buffer->mode;
    parcel.gift.pages = buffer->pages();
    std::ranges::copy(buffer->tags, parcel.gift.tags.begin());
    parcel.put(buffer->fds.back().get());
    uapi::UniqueFd kept = std::move(buffer->fds.back());
    buffer->fds.pop_back();
    drop(*buffer);
    const Result sent = call([&] { return ::sendmsg(stage_.send, &parcel.message, MSG_DONTWAIT); });
    if (sent.error != EAGAIN) { // nobody came for what is there already
        done(sent, "sendmsg");
    }
}

void Actor::receive() {
    Parcel parcel;
    const Result received = call([&] {
        return ::recvmsg(stage_.receive, &parcel.message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    });
    if (received.error == EAGAIN || !done(received, "recvmsg")) {
        return;
    }
    uapi::UniqueFd fd = parcel.take();
    if (!fd) {
        return;
    }
    ++stage_.ledger->fds_passed;
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

/// A child that looks at all there is, writes, and ends in one way or another. Other threads may
/// hold any lock at this moment, so it allocates nothing and throws nothing.
void Actor::fork() {
    struct Plan {
        std::byte* address;
        Tag before;
        Tag after;
        Tag* record;
        bool write;
    };
    std::array<Plan, 16> plans{};
    std::size_t planned = 0;
    for (Buffer& buffer : buffers_) {
        for (const Span& span : buffer.spans) {
            if (!span.readable || !span.inherited || planned == plans.size()) {
                continue;
            }
            const std::size_t at = random_.below(span.pages);
            Tag& tag = buffer.tags[span.first + at];
            const bool twice =
                std::ranges::any_of(plans, [&](const Plan& plan) { return plan.record == &tag; });
            if (!twice) {
                plans[planned++] = {.address = span.at(at),
                                    .before = tag,
                                    .after = new_tag(),
                                    .record = &tag,
                                    .write = span.writable};
            }
        }
    }
    const bool killed = random_.one_in(2);
    const Result forked = call([] { return ::fork(); });
    if (forked.error == 0 && forked.value == 0) {
        for (std::size_t i = 0; i < planned; ++i) {
            if (first_wrong(plans[i].address, plans[i].before) != words) {
                ::_exit(1);
            }
            if (plans[i].write) {
                fill(plans[i].address, plans[i].after);
            }
        }
        if (killed) {
            ::raise(SIGKILL);
        }
        ::_exit(0);
    }
    if (!done(forked, "fork")) {
        return;
    }
    int status = 0;
    while (::waitpid(static_cast<pid_t>(forked.value), &status, 0) < 0 && errno == EINTR) {
    }
    ++stage_.ledger->children;
    stage_.ledger->children_killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 1 : 0;
    if (killed ? !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL : status != 0) {
        throw Discrepancy("a child of fork() saw something else, or ended by itself: status " +
                          std::to_string(status));
    }
    for (std::size_t i = 0; i < planned; ++i) {
        if (plans[i].write) {
            *plans[i].record = plans[i].after;
        }
        check(plans[i].address, *plans[i].record, 0, "a mapping that a child wrote to");
    }
}

/// Memory that others need, and a system that gives up what it need not keep.
void Actor::press() {
    if (random_.one_in(3)) {
        std::ofstream("/proc/sys/vm/drop_caches") << "2\n";
        return;
    }
    const std::size_t size = random_.between(1, 16) * uapi::mib;
    void* memory =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) {
        for (std::size_t at = 0; at < size; at += page) {
            static_cast<std::byte*>(memory)[at] = std::byte{0xa5}; // dirty, for the next buffer
        }
        ::munmap(memory, size);
    }
}

/// A child in a small cgroup allocates until it may not. It is refused, and nobody is killed.
void Actor::fill_cgroup() {
    if (stage_.cgroup.empty()) {
        return;
    }
    const std::string group = stage_.cgroup + "/cgroup.procs";
    // One at a time: what a child needs for itself must not be refused because of another. The
    // child holds the lock too, so it lasts as long as what it has allocated.
    const uapi::UniqueFd procs(::open(group.c_str(), O_WRONLY | O_CLOEXEC));
    const bool alone = procs && ::flock(procs.get(), LOCK_EX | LOCK_NB) == 0;
    const pid_t child = alone ? ::fork() : -1;
    if (child == 0) {
        own_stack();
        if (::write(procs.get(), "0", 1) != 1) {
            ::_exit(2);
        }
        for (int i = 0; i < 64; ++i) {
            dma_heap_allocation_data data = uapi::request(uapi::mib + page);
            if (::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, &data) != 0) {
                ::_exit(errno == ENOMEM ? 0 : 3);
            }
        }
        ::_exit(4);
    }
    int status = 0;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child > 0) {
        ++stage_.ledger->children;
        ++stage_.ledger->cgroup_refusals;
        if (status != 0) {
            throw Discrepancy("a full cgroup did not refuse a buffer with ENOMEM: status " +
                              std::to_string(status));
        }
    }
}

} // namespace stress
