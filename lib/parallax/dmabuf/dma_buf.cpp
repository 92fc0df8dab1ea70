// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/dma_buf.hpp"

#include "parallax/system_call.hpp"

#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace parallax {

DmaBuf::DmaBuf(UniqueFd&& fd) : fd_(std::move(fd)) {
    const off_t end = ::lseek(fd_.get(), 0, SEEK_END); // the one way to ask a dma-buf its size
    if (end < 0) {
        throw_errno("cannot ask this file descriptor for a dma-buf's size (is it one?)");
    }
    size_ = static_cast<std::uint64_t>(end);
}

std::uint64_t DmaBuf::inode() const {
    struct stat status{};
    if (::fstat(fd_.get(), &status) != 0) {
        throw_errno("cannot stat a dma-buf");
    }
    return status.st_ino;
}

void DmaBuf::set_name(std::string_view name) const noexcept {
    std::array<char, 32> text{}; // DMA_BUF_NAME_LEN, which no header of the kernel's gives
    std::ranges::copy(name.substr(0, text.size() - 1), text.begin());
    retry_ioctl(fd_.get(), DMA_BUF_SET_NAME_B, text.data());
}

bool DmaBuf::writable() const {
    const int flags = ::fcntl(fd_.get(), F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) == O_RDWR;
}

Mapping DmaBuf::map() const {
    return {*this, writable() ? Protection::read_write : Protection::read};
}

bool is_dma_buf(int fd) noexcept {
    struct statfs status{}; // each kind of file system has its number, dma-bufs' own too
    return ::fstatfs(fd, &status) == 0 && status.f_type == DMA_BUF_MAGIC;
}

std::vector<std::uint64_t> sizes_of(std::span<const DmaBuf> buffers) {
    std::vector<std::uint64_t> sizes;
    for (const DmaBuf& buffer : buffers) {
        sizes.push_back(buffer.size());
    }
    return sizes;
}

} // namespace parallax
