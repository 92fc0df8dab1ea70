// SPDX-License-Identifier: MIT
//
// Calls that change an existing mapping.
#include "subject.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>

#include <array>
#include <format>
#include <fstream>
#include <sstream>

namespace differential {
namespace {

const std::array sizes{4 * page, 2 * large};

/// A mapping, and a second one that nothing is done to.
struct Pair {
    explicit Pair(const Subject& s, std::size_t size)
        : buffer(s.allocate(size)),
          map(buffer, size),
          other(buffer, size) {
        uapi::stamp(other.begin(), size, 3);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    ~Pair() { map.forget(); } // parts of it are gone, and something else may lie there by now

    UniqueFd buffer;
    uapi::Map map;
    uapi::Map other;
};

void protect(Subject& s) {
    for (const std::size_t size : sizes) {
        const Pair pair(s, size);
        for (int protection = 0; protection < 16; ++protection) {
            const std::string name = std::format("{} of {} bytes", protection, size);
            s.note("mprotect " + name, ::mprotect(pair.map.at(page), size - 2 * page, protection));
            for (const std::size_t at : {std::size_t{0}, page, size - page - 1, size - 1}) {
                s.note(std::format("read at {} after {}", at, name), load(pair.map.at(at)));
                s.note(std::format("write at {} after {}", at, name),
                       store(pair.map.at(at), std::byte{0x33}));
            }
        }
        s.note("pkey_mprotect",
               ::syscall(SYS_pkey_mprotect, pair.map.begin(), size, PROT_READ, -1));
        s.note("mprotect beyond the end", ::mprotect(pair.map.at(1), size, PROT_READ));
        s.note("content", digest(pair.other.begin(), size));
    }
}

void unmap_in_part(Subject& s) {
    for (const std::size_t size : sizes) {
        for (const std::size_t from : {std::size_t{0}, page, size / 2, size - page}) {
            const Pair pair(s, size);
            s.note("munmap", ::munmap(pair.map.at(from), page));
            for (const std::size_t at : {std::size_t{0}, page, size / 2, size - page, size - 1}) {
                s.note(std::format("{} of {} without {}", at, size, from), load(pair.map.at(at)));
            }
            s.note("once more", ::munmap(pair.map.at(from), page));
            s.note("within a page", ::munmap(pair.map.at(1), page));
            s.note("nothing", ::munmap(pair.map.begin(), 0));
            s.note("content", digest(pair.other.begin(), size));
            ::munmap(pair.map.begin(), size);
        }
    }
}

void remap(Subject& s) {
    for (const std::size_t size : sizes) {
        const Pair pair(s, size);
        const auto move = [&](const char* name, std::size_t old_size, std::size_t new_size,
                              int flags, void* address = nullptr) {
            void* moved = ::mremap(pair.map.begin(), old_size, new_size, flags, address);
            s.note(std::format("{} of {}", name, size), outcome_of_map(moved));
            return static_cast<std::byte*>(moved);
        };
        (void)move("growing in place", size, size + page, 0);
        (void)move("growing elsewhere", size, size + page, MREMAP_MAYMOVE);
        (void)move("a second mapping of the same", 0, size, MREMAP_MAYMOVE);
        (void)move("leaving a hole", size, size, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
        (void)move("unknown flags", size, size, 8);
        (void)move("to no size", size, 0, MREMAP_MAYMOVE);
        (void)move("over itself", size, size, MREMAP_MAYMOVE | MREMAP_FIXED, pair.map.at(page));
        (void)move("into a page", size, size, MREMAP_MAYMOVE | MREMAP_FIXED, pair.map.at(1));
        (void)move("shrinking", size, size - page, 0);
        s.note("its last page then", load(pair.map.at(size - page)));
        s.note("its content then", digest(pair.map.begin(), size - page));
        const uapi::Reservation space(size);
        std::byte* moved = move("elsewhere", size - page, size - page,
                                MREMAP_MAYMOVE | MREMAP_FIXED, space.at(3 * page));
        if (moved != MAP_FAILED) {
            s.note("where it was", load(pair.map.begin()));
            s.note("content elsewhere", digest(moved, size - page));
            s.note("writing elsewhere", store(moved, std::byte{0x44}));
        }
        s.note("content", digest(pair.other.begin(), size));
    }
}

void advise(Subject& s) {
    for (const std::size_t size : sizes) {
        // 100 and 101 would poison the machine's memory; 102 and 103 are MADV_GUARD_*.
        for (int advice = 0; advice < 104; ++advice) {
            if ((advice > 26 && advice < 102) || advice == 100 || advice == 101) {
                continue;
            }
            const Pair pair(s, size);
            const std::string name = std::format("advice {} for {} bytes", advice, size);
            const std::string advised = outcome(::madvise(pair.map.begin(), size, advice));
            // Some kernels refuse MADV_DOFORK where VM_IO is set, as in the heap's mappings.
            if (advice != MADV_DOFORK) {
                s.note(name, advised);
            }
            s.note("mapping after " + name, digest(pair.map.begin(), size));
            s.note("writing after " + name, store(pair.map.begin(), std::byte{0x55}));
            s.note("buffer after " + name, digest(pair.other.begin(), size));
            if (advice == MADV_DONTFORK || advice == MADV_DOFORK || advice == MADV_WIPEONFORK) {
                const int status =
                    uapi::in_child([&] { return load(pair.map.begin()) == "0x55" ? 1 : 2; });
                s.note("child after " + name, status / 256);
            }
            ::munmap(pair.map.begin(), size);
        }
    }
}

void lock(Subject& s) {
    for (const std::size_t size : sizes) {
        const Pair pair(s, size);
        s.note("mlock", ::mlock(pair.map.begin(), size));
        s.note("mlock of a part", ::mlock(pair.map.at(page), page));
        s.note("mlock on fault", ::mlock2(pair.map.begin(), size, MLOCK_ONFAULT));
        s.note("munmap of a locked part", ::munmap(pair.map.at(size - page), page));
        s.note("munlock", ::munlock(pair.map.begin(), size - page));
        s.note("mlock of a hole", ::mlock(pair.map.begin(), size));
        s.note("content", digest(pair.map.begin(), size - page));
    }
}

void sync_to_nowhere(Subject& s) {
    for (const std::size_t size : sizes) {
        const Pair pair(s, size);
        for (int flags = 0; flags < 16; ++flags) {
            s.note(std::format("msync {}", flags), ::msync(pair.map.begin(), size, flags));
            s.note(std::format("msync {} of one page", flags),
                   ::msync(pair.map.at(page), page, flags));
        }
        s.note("msync within a page", ::msync(pair.map.at(1), size, MS_SYNC));
        s.note("msync beyond", ::msync(pair.map.begin(), size + (std::size_t{1} << 40), MS_SYNC));
        s.note("content", digest(pair.map.begin(), size));
    }
}

void residency(Subject& s) {
    for (const std::size_t size : sizes) {
        const UniqueFd buffer = s.allocate(size);
        const uapi::Map map(buffer, size);
        std::vector<unsigned char> pages(size / page);
        const auto ask = [&] {
            const long result = ::mincore(map.begin(), size, pages.data());
            std::size_t resident = 0;
            for (const unsigned char one : pages) {
                resident += one & 1U;
            }
            return std::format("{}, {} pages", outcome(result), resident);
        };
        if (size < large) {
            s.note(std::format("{} bytes, untouched", size), ask());
        } else {
            s.may_differ(
                std::format("{} bytes, untouched", size), ask(), "0, 0 pages",
                "docs/exporter.md: of a mapping of 2 MiB or more, nothing is mapped before it "
                "is touched");
        }
        s.note("content", digest(map.begin(), size));
        s.note(std::format("{} bytes, touched", size), ask());
    }
}

void policies(Subject& s) {
    for (const std::size_t size : sizes) {
        const Pair pair(s, size);
        std::array<unsigned long, 4> nodes{1};
        for (const int policy : {MPOL_DEFAULT, MPOL_PREFERRED, MPOL_BIND, MPOL_INTERLEAVE}) {
            for (const unsigned flags : {0U, 1U, 3U}) {
                s.note(
                    std::format("mbind {} with flags {}", policy, flags),
                    ::syscall(SYS_mbind, pair.map.begin(), size, policy, nodes.data(), 64, flags));
            }
        }
        int policy = -1;
        s.note("get_mempolicy",
               ::syscall(SYS_get_mempolicy, &policy, nullptr, 0, pair.map.begin(), MPOL_F_ADDR));
        s.note("policy", policy);
        s.note("its node", ::syscall(SYS_get_mempolicy, &policy, nullptr, 0, pair.map.begin(),
                                     MPOL_F_ADDR | MPOL_F_NODE));
        void* one = pair.map.begin();
        int node = 0;
        int status = -1;
        s.note("move_pages", ::syscall(SYS_move_pages, 0, 1, &one, &node, &status, 0));
        s.note("status of the page", status);
        s.note("remap_file_pages",
               ::syscall(SYS_remap_file_pages, pair.map.begin(), page, 0, 1, 0));
        s.note("content after it", digest(pair.map.begin(), size));
        s.note("content", digest(pair.other.begin(), size));
    }
}

void user_faults(Subject& s) {
    const UniqueFd handler(static_cast<int>(::syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK)));
    uffdio_api api{.api = UFFD_API, .features = 0, .ioctls = 0};
    if (!handler || ::ioctl(handler.get(), UFFDIO_API, &api) != 0) {
        s.note("userfaultfd", outcome(-1));
        return;
    }
    const Pair pair(s, 2 * large);
    for (const std::uint64_t mode : {1U, 2U, 4U, 3U}) {
        uffdio_register range{.range = {.start = reinterpret_cast<std::uintptr_t>(pair.map.begin()),
                                        .len = 2 * large},
                              .mode = mode,
                              .ioctls = 0};
        s.note(std::format("mode {}", mode), ::ioctl(handler.get(), UFFDIO_REGISTER, &range));
    }
    s.note("content", digest(pair.map.begin(), 2 * large));
}

/// A mapping in /proc: its rights, its offset in the file, and the file.
void in_proc(Subject& s) {
    const UniqueFd buffer = s.allocate(8 * page);
    const uapi::Map map(buffer, 4 * page, {.offset = 2 * page});
    ::mprotect(map.at(page), page, PROT_READ);
    std::istringstream lines(uapi::read_text("/proc/self/maps"));
    for (std::string line; std::getline(lines, line);) {
        std::uintptr_t begin = 0;
        std::string range;
        std::string rights;
        std::string offset;
        std::string device;
        std::string inode;
        std::string name;
        std::istringstream words(line);
        words >> range >> rights >> offset >> device >> inode >> name;
        begin = std::stoull(range, nullptr, 16);
        const auto from = reinterpret_cast<std::uintptr_t>(map.begin());
        if (begin >= from && begin < from + map.size()) {
            s.note(std::format("at {}", begin - from), rights + " " + offset + " " + name);
        }
    }
}

constexpr std::array groups{
    Group{"Mprotect", protect},
    Group{"MunmapInPart", unmap_in_part},
    Group{"Mremap", remap},
    Group{"Madvise", advise},
    Group{"Mlock", lock},
    Group{"Msync", sync_to_nowhere},
    Group{"Mincore", residency},
    Group{"MemoryPolicies", policies},
    Group{"Userfaultfd", user_faults},
    Group{"MappingsInProc", in_proc},
};

} // namespace

std::span<const Group> address_space_groups() {
    return groups;
}

} // namespace differential
