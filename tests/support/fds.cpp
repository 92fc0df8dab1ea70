// SPDX-License-Identifier: MIT
#include "support/fds.hpp"

#include <cstring>
#include <filesystem>
#include <iterator>

namespace parallax::test {

int count_open_fds() {
    const std::filesystem::directory_iterator fds("/proc/self/fd");
    return static_cast<int>(std::distance(begin(fds), end(fds)));
}

FdMessage::FdMessage(void* data, std::size_t size) : data_{.iov_base = data, .iov_len = size} {
    header_.msg_iov = &data_;
    header_.msg_iovlen = 1;
    header_.msg_control = control_.data();
    header_.msg_controllen = control_.size();
}

void FdMessage::put(std::span<const int> fds) {
    header_.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* const rights = CMSG_FIRSTHDR(&header_);
    *rights = {
        .cmsg_len = CMSG_LEN(fds.size_bytes()), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
}

std::array<UniqueFd, FdMessage::most> FdMessage::take() {
    std::array<UniqueFd, most> taken;
    const cmsghdr* const rights = CMSG_FIRSTHDR(&header_);
    if (rights == nullptr || rights->cmsg_type != SCM_RIGHTS) {
        return taken;
    }
    for (std::size_t i = 0; CMSG_LEN(sizeof(int) * (i + 1)) <= rights->cmsg_len; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(rights) + i * sizeof(fd), sizeof(fd));
        taken[i].reset(fd);
    }
    return taken;
}

} // namespace parallax::test
