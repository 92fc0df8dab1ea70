// SPDX-License-Identifier: MIT
//
// Allocation, passing on and release of buffers.
#include "worker.hpp"

#include <sys/file.h>
#include <sys/mman.h>
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
    std::array<volatile std::byte, std::size_t{64} << 10> room;
    for (std::size_t at = 0; at < room.size(); at += page) {
        room[at] = std::byte{0};
    }
}

} // namespace

void Worker::allocate() {
    const std::size_t size = some_size(random_);
    const unsigned mode = random_.one_in(8) ? (random_.one_in(2) ? O_RDONLY : O_WRONLY) : O_RDWR;
    dma_heap_allocation_data data = uapi::request(size);
    data.fd_flags = mode | (random_.one_in(2) ? O_CLOEXEC : 0);
    const auto ask = [&] { return ::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, &data); };
    if (!done(call(ask), "allocation")) {
        return;
    }
    ++setup_.counters->buffers;
    Buffer buffer((size + page - 1) / page, static_cast<int>(mode));
    buffer.fds.emplace_back(static_cast<int>(data.fd));
    // No former content of these pages may be left.
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

void Worker::duplicate() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer == nullptr || buffer->fds.size() > 4) {
        return;
    }
    const Result copy = call([&] { return ::fcntl(any_fd(*buffer), F_DUPFD_CLOEXEC, 0); });
    if (done(copy, "dup")) {
        buffer->fds.emplace_back(static_cast<int>(copy.value));
    }
}

void Worker::close() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer != nullptr) {
        const auto which = static_cast<std::ptrdiff_t>(random_.below(buffer->fds.size()));
        buffer->fds.erase(buffer->fds.begin() + which);
    }
}

/// A child that reads all mappings, writes, and exits or is killed. Other threads may hold any lock
/// at this moment, so it allocates nothing and throws nothing.
void Worker::fork() {
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
    ++setup_.counters->children;
    setup_.counters->children_killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 1 : 0;
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

/// Memory pressure: other allocations, and dropped caches.
void Worker::press() {
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

/// A child in a small cgroup allocates until it is refused; no process may be killed.
void Worker::fill_cgroup() {
    if (setup_.cgroup.empty()) {
        return;
    }
    const std::string group = setup_.cgroup + "/cgroup.procs";
    // One at a time: another child must not take the memory that a child itself needs. The child
    // holds the lock too, so it lasts as long as its allocations.
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
        ++setup_.counters->children;
        ++setup_.counters->cgroup_refusals;
        if (status != 0) {
            throw Discrepancy("a full cgroup did not refuse a buffer with ENOMEM: status " +
                              std::to_string(status));
        }
    }
}

} // namespace stress
