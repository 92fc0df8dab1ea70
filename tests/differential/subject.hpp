// SPDX-License-Identifier: MIT
#pragma once

#include "support/node.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace differential {

using uapi::large;
using uapi::mib;
using uapi::page;
using uapi::UniqueFd;

/// The result of a call as a word: the name of its errno, or the number.
std::string outcome(long result);

/// The same of a call that returns a new fd or an address, whose value does not matter.
std::string outcome_of_fd(int fd);
std::string outcome_of_map(const void* address);

/// The value of @p size equal bytes, or a hash of them; the kernel reads them, so that inaccessible
/// memory gives EFAULT.
std::string digest(const std::byte* bytes, std::size_t size);

/// The result of a read by the program: the byte, or the signal and its si_code.
std::string load(const std::byte* at);
std::string store(std::byte* at, std::byte value);

/// One call of a sequence.
struct Step {
    std::string name;
    std::string outcome;
    /// A documented difference: the answer of /dev/exporter, and the sentence in its documentation.
    std::optional<std::string> ours;
    std::string reason;
    bool on_every_kernel = true; ///< false: on some kernels the heap answers so, too
};

/// A node that allocates dma-bufs, and the record of calls to it and to its buffers.
class Subject {
public:
    explicit Subject(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::span<const Step> steps() const { return steps_; }

    /// @throws std::system_error
    [[nodiscard]] UniqueFd open(int flags = O_RDWR | O_CLOEXEC) const;
    [[nodiscard]] UniqueFd allocate(std::size_t size, unsigned fd_flags = O_RDWR | O_CLOEXEC) const;

    /// Both must have the same outcome.
    void note(std::string name, std::string outcome);
    void note(std::string name, long result) {
        note(std::move(name), differential::outcome(result));
    }

    /// The outcomes differ: that of /dev/exporter is @p ours, for a documented reason.
    void differs(std::string name, std::string outcome, std::string ours, std::string reason);
    void differs(std::string name, long result, std::string ours, std::string reason) {
        differs(std::move(name), differential::outcome(result), std::move(ours), std::move(reason));
    }

    /// The same, but there are kernels on which the heap has @p ours, too.
    void may_differ(std::string name, std::string outcome, std::string ours, std::string reason);

private:
    std::string path_;
    std::vector<Step> steps_;
};

/// A sequence of odd calls.
struct Group {
    const char* name;
    void (*run)(Subject& subject);
};

std::span<const Group> allocation_groups();    ///< the node and its ioctl
std::span<const Group> mapping_groups();       ///< mmap()
std::span<const Group> address_space_groups(); ///< changes of a mapping
std::span<const Group> memory_groups();        ///< content and lifetime of a mapping
std::span<const Group> kernel_access_groups(); ///< a mapping as the argument of a system call
std::span<const Group> dma_buf_groups();       ///< the ioctls of dma-bufs
std::span<const Group> file_groups();          ///< the fd as a file
std::span<const Group> descriptor_groups();    ///< fds of it, and names for it

} // namespace differential
