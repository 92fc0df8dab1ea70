// SPDX-License-Identifier: MIT
//
// A worker's operations on its address space and its content.
#include "worker.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

namespace stress {
namespace {

/// Advice that asks for something and takes nothing away. Of the others, MADV_REMOVE and
/// MADV_DONTNEED are for the memory of others, and must be refused here or do no harm.
constexpr std::array advices{
    MADV_NORMAL,     MADV_RANDOM,   MADV_SEQUENTIAL, MADV_WILLNEED,      MADV_DONTNEED,
    MADV_REMOVE,     MADV_FREE,     MADV_DONTFORK,   MADV_DOFORK,        MADV_HUGEPAGE,
    MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP,     MADV_WIPEONFORK,    MADV_KEEPONFORK,
    MADV_COLD,       MADV_PAGEOUT,  MADV_MERGEABLE,  MADV_POPULATE_READ, MADV_POPULATE_WRITE};

} // namespace

bool Worker::add_span(Buffer& buffer, const Result& mapped, Span span) {
    if (!done(mapped, "mmap")) {
        return false;
    }
    span.address = reinterpret_cast<std::byte*>(mapped.value);
    buffer.spans.push_back(span);
    return true;
}

void Worker::map() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer == nullptr) {
        return;
    }
    Span span;
    span.first = random_.one_in(2) ? 0 : random_.below(buffer->pages());
    span.pages = buffer->pages() - span.first;
    if (random_.one_in(3)) {
        span.pages = random_.between(1, span.pages);
    }
    const bool shared = !random_.one_in(6);
    span.of_shared_file = shared && buffer->mode == O_RDWR;
    span.writable = span.of_shared_file && !random_.one_in(4);
    const int protection = PROT_READ | (span.writable ? PROT_WRITE : 0);
    const int flags = (shared ? MAP_SHARED : MAP_PRIVATE) | (random_.one_in(6) ? MAP_POPULATE : 0);
    const Result mapped = call([&] {
        return ::mmap(nullptr, span.bytes(), protection, flags, any_fd(*buffer),
                      static_cast<off_t>(span.first * page));
    });
    if (buffer->mode == O_WRONLY) {
        return must_fail(mapped, EACCES, "mapping a write-only fd");
    }
    add_span(*buffer, mapped, span);
}

/// A separate open file of the node, whose last buffer is known, since only this worker allocates
/// there.
void Worker::map_node() {
    uapi::UniqueFd node = uapi::open_node();
    if (random_.one_in(3)) {
        const Result mapped =
            call([&] { return ::mmap(nullptr, page, PROT_READ, MAP_SHARED, node.get(), 0); });
        if (done(mapped, "mapping the node")) {
            const auto* greeting = reinterpret_cast<const char*>(mapped.value);
            const bool right = std::strncmp(greeting, "hello world!", 13) == 0;
            ::munmap(reinterpret_cast<void*>(mapped.value), page);
            if (!right) {
                throw Discrepancy("the hello page does not say hello");
            }
        }
        return;
    }
    const std::size_t pages = random_.between(1, 40);
    dma_heap_allocation_data data = uapi::request(pages * page);
    if (!done(call([&] { return ::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data); }),
              "allocation")) {
        return;
    }
    ++setup_.counters->buffers;
    Buffer buffer(pages, O_RDWR);
    buffer.fds.emplace_back(static_cast<int>(data.fd));
    const std::uint64_t fate = random_.below(4);
    if (fate == 0) {
        buffer.fds.clear();
        const Result mapped = call([&] {
            return ::mmap(nullptr, pages * page, PROT_READ | PROT_WRITE, MAP_SHARED, node.get(), 0);
        });
        // Not gone yet, if another thread forked at that moment (its child has the fd too), or
        // another process looked at it in /proc.
        if (mapped.value != -1) {
            ::munmap(reinterpret_cast<void*>(mapped.value), pages * page);
        } else if (mapped.error != ENXIO) {
            done(mapped, "mapping the node");
        }
        return;
    }
    buffer.node = std::move(node);
    if (fate < 3 && open_path(buffer)) {
        buffer.fds.clear(); // and then it is the node's alone to map
    }
    {
        // What is opened now may lie in the kernel where the file of the buffer was.
        std::array<uapi::UniqueFd, 8> others;
        for (uapi::UniqueFd& other : others) {
            other.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        }
        if (random_.one_in(2)) {
            map_by(buffer);
        }
    }
    if (!buffer.spans.empty() && random_.one_in(2)) {
        buffer.paths.clear(); // the mapping keeps it
    }
    buffers_.push_back(std::move(buffer));
}

/// Maps by the node, even if only a message or a file of O_PATH keeps the buffer.
void Worker::map_by(Buffer& buffer) {
    const bool write = !random_.one_in(4);
    const Result mapped = call([&] {
        return ::mmap(nullptr, buffer.bytes(), PROT_READ | (write ? PROT_WRITE : 0), MAP_SHARED,
                      buffer.node.get(), 0);
    });
    if (mapped.error == ENXIO) {
        throw Discrepancy("the node says that its buffer is gone, which is held still");
    }
    if (add_span(buffer, mapped, {.pages = buffer.pages(), .writable = write})) {
        check_span(buffer, buffer.spans.back(), 64, "the node");
    }
}

void Worker::map_by_node() {
    std::vector<Buffer*> known;
    for (Buffer& buffer : buffers_) {
        if (buffer.node && buffer.spans.size() < 8) {
            known.push_back(&buffer);
        }
    }
    if (!known.empty()) {
        map_by(*random_.pick(known));
    }
}

void Worker::unmap() {
    Buffer* buffer = any_buffer();
    if (buffer == nullptr || buffer->spans.empty()) {
        return;
    }
    const std::size_t which = random_.below(buffer->spans.size());
    const Span span = buffer->spans[which];
    std::size_t begin = 0;
    std::size_t end = span.pages;
    if (random_.one_in(2)) { // a part: the front, the back or a hole
        begin = random_.below(span.pages);
        end = random_.between(begin + 1, span.pages);
    }
    if (!done(call([&] { return ::munmap(span.at(begin), (end - begin) * page); }), "munmap")) {
        return;
    }
    buffer->spans.erase(buffer->spans.begin() + static_cast<std::ptrdiff_t>(which));
    Span rest = span;
    if (begin != 0) {
        rest.pages = begin;
        buffer->spans.push_back(rest);
    }
    if (end != span.pages) {
        rest.address = span.at(end);
        rest.first = span.first + end;
        rest.pages = span.pages - end;
        buffer->spans.push_back(rest);
    }
}

void Worker::move() {
    Buffer* buffer = any_buffer();
    Span* span =
        buffer == nullptr || buffer->spans.empty() ? nullptr : &random_.pick(buffer->spans);
    if (span == nullptr) {
        return;
    }
    switch (random_.below(3)) {
    case 0: // it must not grow
        // With anything but its whole entry in the table of mappings, EFAULT comes first.
        must_fail(call([&] {
                      return ::mremap(span->address, span->bytes(), span->bytes() + page,
                                      MREMAP_MAYMOVE);
                  }),
                  0, "a mapping that grows");
        return;
    case 1: { // it shrinks
        const std::size_t pages = random_.between(1, span->pages);
        if (done(call([&] { return ::mremap(span->address, span->bytes(), pages * page, 0); }),
                 "shrinking by mremap")) {
            span->pages = pages;
        }
        return;
    }
    default: { // it goes elsewhere, where it is aligned otherwise
        if (span->bytes() > 8 * uapi::mib) {
            return;
        }
        void* there = ::mmap(nullptr, span->bytes() + 16 * page, PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (there == MAP_FAILED) {
            return;
        }
        const std::size_t skip = random_.below(16);
        std::byte* address = static_cast<std::byte*>(there) + skip * page;
        const Result moved = call([&] {
            return ::mremap(span->address, span->bytes(), span->bytes(),
                            MREMAP_MAYMOVE | MREMAP_FIXED, address);
        });
        if (moved.error == 0) {
            ::munmap(there, skip * page);
            ::munmap(address + span->bytes(), (16 - skip) * page);
            span->address = address;
        } else {
            // The place may be free already, and another thread's by now: it is left alone.
            done(moved, "moving by mremap");
        }
    }
    }
}

void Worker::protect() {
    Buffer* buffer = any_buffer();
    if (buffer == nullptr || buffer->spans.empty()) {
        return;
    }
    Span& span = random_.pick(buffer->spans);
    const bool write = random_.one_in(2);
    const bool none = !write && random_.one_in(3);
    const int protection = none ? PROT_NONE : PROT_READ | (write ? PROT_WRITE : 0);
    const auto change = [&] { return ::mprotect(span.address, span.bytes(), protection); };
    Result changed = call(change);
    if (write && !span.of_shared_file) {
        return must_fail(changed, EACCES,
                         "mprotect(PROT_WRITE) of a mapping that may not be written");
    }
    if (changed.injected && changed.error != 0) {
        changed = {
            .value = change(), .error = errno, .injected = false}; // or half of it is changed
        changed.error = changed.value == -1 ? changed.error : 0;
    }
    if (done(changed, "mprotect")) {
        span.readable = !none;
        span.writable = write;
    }
}

void Worker::advise() {
    Buffer* buffer = any_buffer();
    if (buffer == nullptr || buffer->spans.empty()) {
        return;
    }
    Span& span = random_.pick(buffer->spans);
    const int advice = random_.pick(advices);
    const Result advised = call([&] { return ::madvise(span.address, span.bytes(), advice); });
    // Many are not for such a mapping and fail; none may change what it holds.
    if (advice == MADV_DONTFORK) {
        span.inherited = false;
    } else if (advice == MADV_DOFORK && advised.error == 0) {
        span.inherited = true;
    }
    if (span.readable) {
        check_span(*buffer, span, 2, "a mapping after madvise");
    }
}

void Worker::write() {
    Buffer* buffer = any_buffer();
    Span* span = buffer == nullptr ? nullptr : any_span(*buffer, true);
    if (span == nullptr) {
        return;
    }
    const std::size_t pages = random_.between(1, std::min<std::size_t>(span->pages, 4));
    const std::size_t begin = random_.below(span->pages - pages + 1);
    const bool sync = !random_.one_in(4);
    if (sync) {
        bracket(*buffer, DMA_BUF_SYNC_START | DMA_BUF_SYNC_WRITE);
    }
    for (std::size_t i = begin; i < begin + pages; ++i) {
        const Tag tag = new_tag();
        fill(span->at(i), tag);
        buffer->tags[span->first + i] = tag;
    }
    if (sync) {
        bracket(*buffer, DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE);
    }
}

void Worker::verify() {
    Buffer* buffer = any_buffer();
    const Span* span = buffer == nullptr ? nullptr : any_span(*buffer, false);
    if (span != nullptr) {
        bracket(*buffer, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ);
        check_span(*buffer, *span, 8, "a mapping");
        bracket(*buffer, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ);
    }
}

/// Threads that touch a new mapping at the same time, from both ends.
void Worker::race() {
    Buffer* buffer = any_buffer_with_fd();
    if (buffer == nullptr || buffer->mode == O_WRONLY) {
        return;
    }
    const Result mapped = call([&] {
        return ::mmap(nullptr, buffer->bytes(), PROT_READ, MAP_SHARED, any_fd(*buffer), 0);
    });
    Span span{
        .pages = buffer->pages(), .writable = false, .of_shared_file = buffer->mode == O_RDWR};
    if (!add_span(*buffer, mapped, span)) {
        return;
    }
    span = buffer->spans.back();
    std::array<std::size_t, 2> wrong{span.pages, span.pages};
    {
        std::array<std::jthread, 2> threads;
        for (std::size_t t = 0; t < threads.size(); ++t) {
            threads[t] = std::jthread([&, t] {
                const std::size_t step = std::max<std::size_t>(span.pages / 64, 1);
                for (std::size_t i = 0; i < span.pages; i += step) {
                    const std::size_t at = t == 0 ? i : span.pages - 1 - i;
                    if (first_wrong(span.at(at), buffer->tags[at]) != words) {
                        wrong[t] = at;
                    }
                }
            });
        }
    }
    for (const std::size_t at : wrong) {
        if (at != span.pages) {
            check(span.at(at), buffer->tags[at], at, "a mapping that threads raced for");
            throw Discrepancy("page " + std::to_string(at) + " was wrong for a moment");
        }
    }
}

/// The kernel reads, and then writes, the mapping itself: as the memory of write() and read().
void Worker::through_kernel() {
    Buffer* buffer = any_buffer();
    Span* span = buffer == nullptr ? nullptr : any_span(*buffer, false);
    std::array<int, 2> ends{};
    if (span == nullptr || ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        return;
    }
    const uapi::UniqueFd out(ends[0]);
    const uapi::UniqueFd in(ends[1]);
    const std::size_t at = random_.below(span->pages);
    const Result written = call([&] { return ::write(in.get(), span->at(at), page); });
    if (!done(written, "write() from a mapping") || written.value != static_cast<long>(page)) {
        return;
    }
    if (::read(out.get(), scratch_.data(), page) == static_cast<ssize_t>(page)) {
        check(scratch_.data(), buffer->tags[span->first + at], span->first + at, "write()");
    }
    if (!span->writable) {
        return;
    }
    const Tag tag = new_tag();
    fill(scratch_.data(), tag);
    if (::write(in.get(), scratch_.data(), page) == static_cast<ssize_t>(page) &&
        ::read(out.get(), span->at(at), page) == static_cast<ssize_t>(page)) {
        buffer->tags[span->first + at] = tag;
    }
}

} // namespace stress
