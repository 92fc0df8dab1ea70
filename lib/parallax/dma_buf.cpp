// SPDX-License-Identifier: MIT
#include "parallax/dma_buf.hpp"

#include "parallax/error.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

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

} // namespace parallax
