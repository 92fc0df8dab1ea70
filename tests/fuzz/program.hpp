// SPDX-License-Identifier: MIT
#pragma once

#include "support/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fuzz {

using parallax::test::Random;

enum class Kind : unsigned char {
    open_node,
    open_importer,
    open_card,   ///< vgem's, which imports and exports by PRIME
    open_socket, ///< both ends
    open_path,   ///< O_PATH of the file of an fd
    reopen,      ///< the same, as a file
    read_link,   ///< and its lines in /proc
    send,        ///< up to three fds, the socket's own maybe
    receive,
    ioctl,        ///< on any fd there is
    known_ioctl,  ///< one that the uapi headers name, with an argument of its kind
    device_ioctl, ///< the same, of the importer
    prime_ioctl,  ///< the same, of PRIME
    mmap,
    munmap,
    mremap,
    mprotect,
    madvise,
    read_memory, ///< the kernel does: it says EFAULT where a program would get a signal
    write_memory,
    seek,
    poll,
    dup,
    close,
    count,
};

inline constexpr std::size_t kinds = static_cast<std::size_t>(Kind::count);
inline constexpr std::array<const char*, kinds> kind_names{
    "open node",   "open importer", "open card", "open socket", "open path",   "reopen",
    "read link",   "send",          "receive",   "ioctl",       "known ioctl", "device ioctl",
    "PRIME ioctl", "mmap",          "munmap",    "mremap",      "mprotect",    "madvise",
    "read memory", "write memory",  "seek",      "poll",        "dup",         "close"};

/// One system call. Numbers that select an fd or a mapping are taken modulo the number of existing
/// ones, so every call is meaningful in every program.
struct Call {
    Kind kind = Kind::open_node;
    bool narrow = false; ///< an ioctl or mmap as a 32-bit program makes it
    std::array<std::uint64_t, 4> numbers{};
    std::array<std::uint64_t, 4> memory{}; ///< the target of a pointer
};

using Program = std::vector<Call>;

Call random_call(Random& random);
Program random_program(Random& random);

/// @return @p program with a few calls or numbers changed, taken away or added.
Program mutated(Program program, Random& random);

} // namespace fuzz
