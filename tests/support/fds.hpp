// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <span>

namespace parallax::test {

/// @return the number of open fds of this process, including one for counting; for comparisons.
int count_open_fds();

/// A message with up to three fds, for sendmsg() and recvmsg().
class FdMessage {
public:
    static constexpr std::size_t most = 3;

    /// @param data,size what is sent with the fds, or received; borrowed.
    FdMessage(void* data, std::size_t size);
    FdMessage(const FdMessage&) = delete;
    FdMessage& operator=(const FdMessage&) = delete;

    [[nodiscard]] msghdr* header() { return &header_; }

    /// The fds to send, at least one. They stay the caller's.
    void put(std::span<const int> fds);
    void put(int fd) { put(std::span(&fd, 1)); }

    /// After recvmsg(). @return the fds that came, and then empty ones: the kernel may not have had
    /// the memory for all.
    std::array<UniqueFd, most> take();

private:
    iovec data_;
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int) * most)> control_{};
    msghdr header_{};
};

} // namespace parallax::test
