// SPDX-License-Identifier: MIT
//
// The content of a mapping, its sharing and its lifetime.
#include "subject.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <format>

namespace differential {
namespace {

const std::size_t size = large + 4 * page;

void forked(Subject& s) {
    const UniqueFd buffer = s.allocate(size);
    const uapi::Map map(buffer, size);
    uapi::stamp(map.begin(), page, 4);
    int status = uapi::in_child([&] {
        if (uapi::first_wrong(map.begin(), page, 4) != -1) {
            return 1;
        }
        uapi::stamp(map.begin(), size, 5);
        return ::munmap(map.begin(), size) == 0 ? 0 : 2;
    });
    s.note("child that writes and unmaps", status);
    s.note("what it wrote", digest(map.begin(), size));
    status = uapi::in_child([&] {
        ::mprotect(map.begin(), size, PROT_READ);
        return store(map.begin(), std::byte{1}) == "stored" ? 1 : 0;
    });
    s.note("child that gives up writing", status);
    s.note("and the parent then", store(map.begin(), std::byte{1}));
    status = uapi::in_child([&] {
        ::raise(SIGKILL);
        return 0;
    });
    s.note("killed child", status);
    status = uapi::in_child([&] { // by way of a second generation
        const int inner = uapi::in_child([&] {
            *map.at(size - 1) = std::byte{0x77};
            return 0;
        });
        return inner == 0 && *map.at(size - 1) == std::byte{0x77} ? 0 : 1;
    });
    s.note("a grandchild", status);
    s.note("content", digest(map.begin(), size));
}

void after_close(Subject& s) {
    UniqueFd node = s.open();
    UniqueFd buffer = uapi::allocate(node, size);
    const uapi::Map map(buffer, size);
    uapi::stamp(map.begin(), page, 6);
    node.reset();
    const int number = buffer.get();
    buffer.reset();
    s.note("content after both were closed", digest(map.begin(), size));
    s.note("writing", store(map.at(size - 1), std::byte{0x66}));
    s.note("mmap of what is closed",
           outcome_of_map(::mmap(nullptr, page, PROT_READ, MAP_SHARED, number, 0)));
    dma_buf_sync sync{.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW};
    s.note("SYNC of what is closed", ::ioctl(number, DMA_BUF_IOCTL_SYNC, &sync));
    s.note("munmap of its beginning", ::munmap(map.begin(), large));
    s.note("content of the rest", digest(map.at(large), size - large));
    s.note("a new buffer is another", [&] {
        const UniqueFd next = s.allocate(size);
        const uapi::Map shown(next, size);
        return digest(shown.begin(), size);
    }());
}

/// A mapping that exists before a part of another mapping is unmapped.
void mappings_of_one_buffer(Subject& s) {
    const UniqueFd buffer = s.allocate(size);
    const uapi::Map first(buffer, size);
    const uapi::Map second(buffer, size, {.protection = PROT_READ});
    const uapi::Map third(buffer, page, {.offset = size - page});
    uapi::stamp(first.begin(), size, 7);
    s.note("second", digest(second.begin(), size));
    s.note("third", digest(third.begin(), page));
    ::munmap(first.begin(), size / 2 / page * page);
    ::mprotect(first.at(size - page), page, PROT_NONE);
    s.note("first without access", load(first.at(size - 1)));
    s.note("second then", digest(second.begin(), size));
    s.note("writing to the second", store(second.begin(), std::byte{1}));
    s.note("writing to the third", store(third.begin(), std::byte{1}));
    s.note("second at last", digest(second.begin(), size));
}

void two_buffers_of_a_node(Subject& s) {
    const UniqueFd node = s.open();
    const UniqueFd one = uapi::allocate(node, 2 * page);
    const UniqueFd two = uapi::allocate(node, 3 * page);
    const uapi::Map first(one, 2 * page);
    const uapi::Map second(two, 3 * page);
    uapi::stamp(first.begin(), 2 * page, 8);
    s.note("the other", digest(second.begin(), 3 * page));
    uapi::stamp(second.begin(), 3 * page, 9);
    s.note("the one", digest(first.begin(), 2 * page));
    // Next to each other, so that a step too far would land in the other.
    const uapi::Reservation space(5 * page);
    const uapi::Map left(one, 2 * page, {.flags = MAP_SHARED | MAP_FIXED, .address = space.at(0)});
    const uapi::Map right(two, 3 * page,
                          {.flags = MAP_SHARED | MAP_FIXED, .address = space.at(2 * page)});
    s.note("side by side", digest(space.at(0), 5 * page));
    s.note("mprotect of both", ::mprotect(space.at(page), 2 * page, PROT_READ));
    s.note("left", store(space.at(2 * page - 1), std::byte{1}));
    s.note("right", store(space.at(2 * page), std::byte{1}));
    s.note("munmap of both", ::munmap(space.at(page), 2 * page));
    s.note("what is left", digest(space.at(3 * page), 2 * page));
}

constexpr std::array groups{
    Group{"Fork", forked},
    Group{"AfterClose", after_close},
    Group{"MappingsOfOneBuffer", mappings_of_one_buffer},
    Group{"TwoBuffersOfANode", two_buffers_of_a_node},
};

} // namespace

std::span<const Group> memory_groups() {
    return groups;
}

} // namespace differential
