// SPDX-License-Identifier: MIT
//
// mmap(): every mode of the fd with every protection, kind and place of a mapping.
#include "subject.hpp"

#include "support/call32.hpp"

#include <unistd.h>

#include <array>
#include <format>
#include <string>

namespace differential {
namespace {

constexpr const char* private_looks_on = "the header: MAP_PRIVATE gives the same memory, "
                                         "read-only; with PROT_WRITE it fails with EINVAL";

struct Kind {
    const char* name;
    int flags;
};

constexpr std::array kinds{
    Kind{"MAP_SHARED", MAP_SHARED},
    Kind{"MAP_SHARED_VALIDATE", MAP_SHARED_VALIDATE},
    Kind{"MAP_SHARED_VALIDATE | MAP_SYNC", MAP_SHARED_VALIDATE | MAP_SYNC},
    Kind{"MAP_SHARED | MAP_SYNC", MAP_SHARED | MAP_SYNC},
    Kind{"MAP_SHARED_VALIDATE | an unknown flag", MAP_SHARED_VALIDATE | 0x8000000},
    Kind{"MAP_SHARED | MAP_POPULATE", MAP_SHARED | MAP_POPULATE},
    Kind{"MAP_SHARED | MAP_NONBLOCK", MAP_SHARED | MAP_NONBLOCK | MAP_POPULATE},
    Kind{"MAP_SHARED | MAP_LOCKED", MAP_SHARED | MAP_LOCKED},
    Kind{"MAP_SHARED | MAP_NORESERVE", MAP_SHARED | MAP_NORESERVE},
    Kind{"MAP_SHARED | MAP_GROWSDOWN", MAP_SHARED | MAP_GROWSDOWN},
    Kind{"MAP_SHARED | MAP_STACK", MAP_SHARED | MAP_STACK},
    Kind{"MAP_SHARED | MAP_DENYWRITE", MAP_SHARED | MAP_DENYWRITE},
    Kind{"MAP_SHARED | MAP_HUGETLB", MAP_SHARED | MAP_HUGETLB},
#ifdef MAP_32BIT // of x86
    Kind{"MAP_SHARED | MAP_32BIT", MAP_SHARED | MAP_32BIT},
#endif
    Kind{"no kind", 0},
    Kind{"kind 4", 4},
};

constexpr std::array modes{O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE};

std::string protection_name(int protection) {
    std::string name = "---";
    name[0] = (protection & PROT_READ) != 0 ? 'r' : '-';
    name[1] = (protection & PROT_WRITE) != 0 ? 'w' : '-';
    name[2] = (protection & PROT_EXEC) != 0 ? 'x' : '-';
    return name;
}

/// Maps, and if that succeeds, reads and writes.
std::string attempt(int fd, std::size_t size, int protection, int flags, std::size_t offset = 0) {
    void* address = ::mmap(nullptr, size, protection, flags, fd, static_cast<off_t>(offset));
    if (address == MAP_FAILED) {
        return outcome(-1);
    }
    auto* bytes = static_cast<std::byte*>(address);
    const std::string found = load(bytes + size - 1);
    const std::string stored = store(bytes + size - 1, std::byte{0x5a});
    std::string widened;
    for (const int wider : {PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC}) {
        widened += " " + outcome(::mprotect(address, size, wider));
    }
    ::munmap(address, size);
    return std::format("read {}, write {}, mprotect{}", found, stored, widened);
}

void shared_modes(Subject& s) {
    for (const int mode : modes) {
        for (const std::size_t size : {page, large + page}) {
            const UniqueFd buffer = s.allocate(size, static_cast<unsigned>(mode) | O_CLOEXEC);
            for (const Kind& kind : kinds) {
                for (int protection = 0; protection < 8; ++protection) {
                    s.note(std::format("fd of mode {}, {} bytes, {}, {}", mode, size,
                                       protection_name(protection), kind.name),
                           attempt(buffer.get(), size, protection, kind.flags));
                }
            }
        }
    }
}

/// The node maps its last buffer as the fd of that buffer does: the heap has only the fd.
void by_the_node(Subject& s) {
    for (const int mode : modes) {
        for (const std::size_t size : {page, large + page}) {
            const UniqueFd node = s.open();
            const UniqueFd buffer =
                uapi::allocate(node, size, static_cast<unsigned>(mode) | O_CLOEXEC);
            const int way = s.path() == uapi::node_path ? node.get() : buffer.get();
            for (const Kind& kind : kinds) {
                if ((kind.flags & MAP_GROWSDOWN) != 0) {
                    continue; // refused in any case, of a node before its buffer is looked at
                }
                for (int protection = 0; protection < 8; ++protection) {
                    s.note(std::format("buffer of mode {}, {} bytes, {}, {}", mode, size,
                                       protection_name(protection), kind.name),
                           attempt(way, size, protection, kind.flags));
                }
            }
            for (const std::size_t offset :
                 {page, size - page, size, std::size_t{1} << 44, std::size_t{0} - page}) {
                s.note(std::format("buffer of mode {}, {} bytes, from {:#x}", mode, size, offset),
                       attempt(way, page, PROT_READ, MAP_SHARED, offset));
            }
        }
    }
}

void private_modes(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(page, static_cast<unsigned>(mode) | O_CLOEXEC);
        const bool readable = mode == O_RDONLY || mode == O_RDWR;
        for (int protection = 0; protection < 8; ++protection) {
            const auto map = [&] {
                void* address = ::mmap(nullptr, page, protection, MAP_PRIVATE, buffer.get(), 0);
                const std::string result = outcome_of_map(address);
                if (address == MAP_FAILED) {
                    return result;
                }
                auto* bytes = static_cast<std::byte*>(address);
                const std::string found = load(bytes);
                ::munmap(address, page);
                return result + ", read " + found;
            };
            const std::string name =
                std::format("fd of mode {}, {}", mode, protection_name(protection));
            if (!readable || (protection & PROT_WRITE) == 0) {
                s.note(name, map());
            } else if ((protection & PROT_EXEC) == 0) { // else newer kernels refuse it to both
                s.differs(name, map(), "EINVAL", private_looks_on);
            }
        }
    }
}

void private_content(Subject& s) {
    const UniqueFd buffer = s.allocate(page);
    const uapi::Map map(buffer, page);
    const uapi::Map onlooker(buffer, page, {.protection = PROT_READ, .flags = MAP_PRIVATE});
    *map.begin() = std::byte{7};
    s.note("what was written after it was mapped", load(onlooker.begin()));
    s.note("writing", store(onlooker.begin(), std::byte{8}));
    s.differs("mprotect(PROT_WRITE)", ::mprotect(onlooker.begin(), page, PROT_READ | PROT_WRITE),
              "EACCES", private_looks_on);
    ::mprotect(onlooker.begin(), page, PROT_READ);
    *map.begin() = std::byte{9};
    s.note("what was written later", load(onlooker.begin()));
    s.note("the buffer", load(map.begin()));
    const int status = uapi::in_child([&] { return std::to_integer<int>(*onlooker.begin()); });
    s.note("what a child sees", status / 256);
}

void offsets_and_lengths(Subject& s) {
    constexpr std::size_t none = 0;
    for (const std::size_t size : {page, 4 * page, large, 5 * mib + 3 * page}) {
        const UniqueFd buffer = s.allocate(size);
        {
            const uapi::Map map(buffer, size);
            uapi::stamp(map.begin(), size, 1);
        }
        for (const std::size_t offset :
             {none, std::size_t{1}, std::size_t{512}, page, 3 * page, size - page, size,
              size + page, large, std::size_t{1} << 31, std::size_t{1} << 32,
              (std::size_t{1} << 44) - page, std::size_t{1} << 44, (std::size_t{1} << 52) - page,
              std::size_t{1} << 62, (std::size_t{1} << 63) - page, std::size_t{1} << 63,
              none - page, none - size}) {
            for (const std::size_t length :
                 {none, std::size_t{1}, page - 1, page, page + 1, size - page, size - 1, size,
                  size + 1, size + page, std::size_t{1} << 40, std::size_t{1} << 47, none - page,
                  none - 1}) {
                void* address = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                                       buffer.get(), static_cast<off_t>(offset));
                const std::string name =
                    std::format("{} of {} bytes from {:#x}", length, size, offset);
                s.note(name, outcome_of_map(address));
                if (address != MAP_FAILED) {
                    const std::size_t mapped = (length + page - 1) / page * page;
                    s.note("content of " + name, digest(static_cast<std::byte*>(address), mapped));
                    ::munmap(address, mapped);
                }
            }
        }
    }
}

void fixed_addresses(Subject& s) {
    const UniqueFd buffer = s.allocate(8 * page);
    const uapi::Map whole(buffer, 8 * page);
    uapi::stamp(whole.begin(), 8 * page, 2);
    const uapi::Reservation space(16 * page);
    std::byte* const place = space.at(0);
    const auto map = [&](std::byte* address, int flags, std::size_t offset) {
        void* mapped = ::mmap(address, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED | flags,
                              buffer.get(), static_cast<off_t>(offset));
        if (mapped == MAP_FAILED) {
            return outcome(-1);
        }
        const bool there = mapped == address;
        if (!there) {
            ::munmap(mapped, 4 * page);
        }
        return std::string(there ? "there" : "elsewhere");
    };
    s.note("MAP_FIXED", map(place, MAP_FIXED, 0));
    s.note("within a page", map(place + 1, MAP_FIXED, 0));
    s.note("at the kernel's", map(reinterpret_cast<std::byte*>(0xffff888000000000U), MAP_FIXED, 0));
    s.note("no replacement", map(place, MAP_FIXED_NOREPLACE, 0));
    s.note("over a part of itself", map(place + 2 * page, MAP_FIXED, 4 * page));
    s.note("content then", digest(place, 6 * page));
    s.note("over itself, of the same pages", map(place, MAP_FIXED, 0));
    s.note("content at the end", digest(place, 6 * page));
    s.note("over it, and refused",
           outcome_of_map(
               ::mmap(place, 4 * page, PROT_READ, MAP_SHARED | MAP_FIXED, buffer.get(), 8 * page)));
    // What lay there is gone or not, in the same way.
    s.note("content after that", digest(place, page));
}

void many_mappings(Subject& s) {
    const UniqueFd buffer = s.allocate(64 * page);
    std::vector<std::byte*> all;
    for (std::size_t i = 0; i < 64; ++i) {
        void* address = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, buffer.get(),
                               static_cast<off_t>((63 - i) * page));
        all.push_back(static_cast<std::byte*>(address));
        *all.back() = static_cast<std::byte>(i + 1);
    }
    const uapi::Map whole(buffer, 64 * page);
    s.note("what 64 mappings wrote", digest(whole.begin(), 64 * page));
    for (std::byte* address : all) {
        s.note("munmap", ::munmap(address, page));
    }
    s.note("after them", digest(whole.begin(), 64 * page));
}

constexpr std::array groups{
    Group{"SharedMappings", shared_modes},
    Group{"MappingsByTheNode", by_the_node},
    Group{"PrivateMappings", private_modes},
    Group{"PrivateContent", private_content},
    Group{"OffsetsAndLengths", offsets_and_lengths},
    Group{"FixedAddresses", fixed_addresses},
    Group{"ManyMappings", many_mappings},
};

} // namespace

std::span<const Group> mapping_groups() {
    return groups;
}

} // namespace differential
