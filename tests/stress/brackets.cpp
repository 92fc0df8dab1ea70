// SPDX-License-Identifier: MIT
//
// CPU access by two users at once, while devices attach and detach.
#include "worker.hpp"

#include <importer.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>
#include <vector>

namespace stress {
namespace {

constexpr unsigned turns = 12;

/// One of two users: it owns every other page, and begins and ends access for reading, writing or
/// both, independently of the other.
class CpuUser {
public:
    CpuUser(int fd, const Span& span, std::size_t first, std::uint64_t seed)
        : fd_(fd),
          span_(span),
          first_(first),
          random_{seed} {}

    /// Neither throws nor returns early, since the other user still runs.
    void run(std::vector<Tag>& tags, SharedCounters& counters) {
        for (unsigned turn = 0; turn < turns; ++turn) {
            const std::uint64_t begin = random_.between(DMA_BUF_SYNC_READ, DMA_BUF_SYNC_RW);
            sync(DMA_BUF_SYNC_START | begin);
            for (std::size_t at = first_; at < span_.pages; at += 2) {
                Tag& tag = tags[span_.first + at];
                if (first_wrong(span_.at(at), tag) != words && wrong_ == span_.pages) {
                    wrong_ = at;
                }
                if (random_.one_in(2)) {
                    tag = counters.next_tag++ << 20;
                    fill(span_.at(at), tag);
                }
            }
            // Not always what was begun, and not always once.
            const std::uint64_t end =
                random_.one_in(4) ? random_.between(DMA_BUF_SYNC_READ, DMA_BUF_SYNC_RW) : begin;
            sync(DMA_BUF_SYNC_END | end);
            if (random_.one_in(8)) {
                sync(random_.one_in(2) ? DMA_BUF_SYNC_START | begin : DMA_BUF_SYNC_END | begin);
            }
        }
    }

    /// The first page that this user found changed; the end if there was none.
    [[nodiscard]] std::size_t wrong() const { return wrong_; }
    [[nodiscard]] int error() const { return error_; }

private:
    void sync(std::uint64_t flags) {
        dma_buf_sync data{.flags = flags};
        if (::ioctl(fd_, DMA_BUF_IOCTL_SYNC, &data) != 0 && errno != EINTR) {
            error_ = errno;
        }
    }

    int fd_;
    Span span_;
    std::size_t first_;
    Random random_;
    std::size_t wrong_ = span_.pages;
    int error_ = 0;
};

} // namespace

/// If DMA is coherent and not bounced, all writes must be kept, in any order of beginnings and
/// ends. The devices only read here; they write in device_access(), without overlapping CPU access.
void Worker::overlap() {
    std::vector<std::pair<Buffer*, Span>> places;
    for (Buffer& one : buffers_) {
        for (const Span& span : one.spans) {
            if (!one.fds.empty() && span.readable && span.writable) {
                places.emplace_back(&one, span);
            }
        }
    }
    if (places.empty()) {
        return;
    }
    auto [buffer, span] = random_.pick(places);
    span.pages = std::min<std::size_t>(span.pages, 8);
    const uapi::UniqueFd copy = buffer->fds.back().duplicate();
    std::array users{CpuUser(buffer->fds.back().get(), span, 0, random_.any()),
                     CpuUser(copy.get(), span, 1, random_.any())};
    // Each has its own pages and tags, so the two need no lock.
    std::vector<Tag>& tags = buffer->tags;
    {
        std::array<std::jthread, 2> threads;
        for (std::size_t i = 0; i < users.size(); ++i) {
            threads[i] = std::jthread([&, i] { users[i].run(tags, *setup_.counters); });
        }
        for (unsigned turn = 0; turn < turns / 2; ++turn) {
            if (buffer->attachments.size() < 4 && !random_.one_in(3)) {
                attach_to(*buffer);
            } else if (!buffer->attachments.empty()) {
                buffer->attachments.erase(buffer->attachments.begin());
            }
        }
    }
    ++setup_.counters->overlaps;
    for (const CpuUser& user : users) {
        if (user.error() != 0) {
            done({.value = -1, .error = user.error(), .injected = false}, "SYNC of two users");
        }
        if (user.wrong() != span.pages) {
            throw Discrepancy("page " + std::to_string(span.first + user.wrong()) +
                              " lost what was written in a bracket that another overlapped");
        }
    }
    check_span(*buffer, span, 8, "a mapping that two users wrote to");
    for (const Attachment& device : buffer->attachments) {
        importer_access access{.address = reinterpret_cast<__u64>(scratch_.data()),
                               .offset = span.first * page,
                               .length = page};
        if (device.reads &&
            done(call([&] { return ::ioctl(device.node.get(), IMPORTER_DEVICE_READ, &access); }),
                 "reading as a device")) {
            check(scratch_.data(), tags[span.first], span.first, "a device that came meanwhile");
        }
    }
}

} // namespace stress
