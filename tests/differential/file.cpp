// SPDX-License-Identifier: MIT
//
// The fd of a dma-buf, taken for a file of some other kind.
#include "subject.hpp"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <format>

namespace differential {
namespace {

constexpr std::array modes{O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE};
const std::size_t size = 3 * page;

void read_and_write(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(size, static_cast<unsigned>(mode) | O_CLOEXEC);
        const int fd = buffer.get();
        std::array<char, 64> bytes{};
        iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
        const UniqueFd file(::memfd_create("other", MFD_CLOEXEC));
        (void)::ftruncate(file.get(), size);
        std::array<int, 2> ends{};
        (void)::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK);
        const UniqueFd out(ends[0]);
        const UniqueFd in(ends[1]);
        (void)::write(in.get(), "bytes", 5);
        const auto note = [&](const char* name, long result) {
            s.note(std::format("{} on an fd of mode {}", name, mode), result);
        };
        note("read", ::read(fd, bytes.data(), bytes.size()));
        note("read of nothing", ::read(fd, bytes.data(), 0));
        note("write", ::write(fd, bytes.data(), bytes.size()));
        note("pread", ::pread(fd, bytes.data(), bytes.size(), 0));
        note("pwrite", ::pwrite(fd, bytes.data(), bytes.size(), 0));
        note("readv", ::readv(fd, &part, 1));
        note("writev", ::writev(fd, &part, 1));
        note("preadv2", ::preadv2(fd, &part, 1, 0, RWF_NOWAIT));
        note("sendfile from", ::sendfile(file.get(), fd, nullptr, page));
        note("sendfile to", ::sendfile(fd, file.get(), nullptr, page));
        note("splice from", ::splice(fd, nullptr, in.get(), nullptr, page, SPLICE_F_NONBLOCK));
        note("splice to", ::splice(out.get(), nullptr, fd, nullptr, page, SPLICE_F_NONBLOCK));
        note("tee", ::tee(fd, in.get(), page, SPLICE_F_NONBLOCK));
        note("copy_file_range from", ::copy_file_range(fd, nullptr, file.get(), nullptr, page, 0));
        note("copy_file_range to", ::copy_file_range(file.get(), nullptr, fd, nullptr, page, 0));
        note("getdents", ::syscall(SYS_getdents64, fd, bytes.data(), bytes.size()));
    }
}

void seek(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(size, static_cast<unsigned>(mode) | O_CLOEXEC);
        for (const int whence : {SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE, 5, -1}) {
            for (const off_t offset : {off_t{0}, off_t{1}, off_t{-1}, static_cast<off_t>(page),
                                       static_cast<off_t>(size), off_t{1} << 40, off_t{-1} << 40}) {
                s.note(std::format("lseek {} {}", whence, offset),
                       ::lseek(buffer.get(), offset, whence));
            }
        }
    }
}

void change_size(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(size, static_cast<unsigned>(mode) | O_CLOEXEC);
        for (const off_t length : {off_t{0}, static_cast<off_t>(page), static_cast<off_t>(size),
                                   off_t{1} << 40, off_t{-1}}) {
            s.note(std::format("ftruncate {} on mode {}", length, mode),
                   ::ftruncate(buffer.get(), length));
        }
        for (const int how : {0, 1, 2, 3, 8, 16, 32, 64}) {
            s.note(std::format("fallocate {} on mode {}", how, mode),
                   ::fallocate(buffer.get(), how, 0, page));
        }
        s.note("truncate by its link",
               ::truncate(std::format("/proc/self/fd/{}", buffer.get()).c_str(), 0));
        s.note("size", ::lseek(buffer.get(), 0, SEEK_END));
    }
}

void status(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(size - 5, static_cast<unsigned>(mode) | O_CLOEXEC);
        struct stat status{};
        s.note("fstat", ::fstat(buffer.get(), &status));
        s.note("its mode", status.st_mode);
        s.note("its size", status.st_size);
        s.note("its blocks", status.st_blocks);
        s.note("size of a block", status.st_blksize);
        s.note("its links", static_cast<long>(status.st_nlink));
        s.note("its owner", std::format("{} {}", status.st_uid, status.st_gid));
        s.note("its device", static_cast<long>(status.st_dev));
        struct statx more{};
        s.note("statx", ::statx(buffer.get(), "", AT_EMPTY_PATH, STATX_ALL, &more));
        s.note("its mask", more.stx_mask);
        s.note("its attributes", std::format("{:#x}", more.stx_attributes));
        struct statfs system{};
        s.note("fstatfs", ::fstatfs(buffer.get(), &system));
        s.note("its type", system.f_type);
        s.note("its flags", system.f_flags);
    }
}

void control(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(size, static_cast<unsigned>(mode) | O_CLOEXEC);
        const int fd = buffer.get();
        const auto note = [&](const char* name, long result) {
            s.note(std::format("{} on an fd of mode {}", name, mode), result);
        };
        note("F_GETFL", ::fcntl(fd, F_GETFL));
        for (const int flags :
             {O_NONBLOCK, O_APPEND, O_DIRECT, O_ASYNC, O_NOATIME, O_SYNC, O_RDWR, 0}) {
            s.note(std::format("F_SETFL {:#o} on an fd of mode {}", flags, mode),
                   ::fcntl(fd, F_SETFL, flags));
            note("F_GETFL then", ::fcntl(fd, F_GETFL));
        }
        note("F_GETFD", ::fcntl(fd, F_GETFD));
        note("F_SETFD", ::fcntl(fd, F_SETFD, 0));
        note("F_GETFD then", ::fcntl(fd, F_GETFD));
        note("F_SETLEASE", ::fcntl(fd, F_SETLEASE, F_RDLCK));
        note("F_GETLEASE", ::fcntl(fd, F_GETLEASE));
        note("F_NOTIFY", ::fcntl(fd, F_NOTIFY, DN_ACCESS));
        note("F_GETPIPE_SZ", ::fcntl(fd, F_GETPIPE_SZ));
        note("F_ADD_SEALS", ::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
        note("F_GET_SEALS", ::fcntl(fd, F_GET_SEALS));
        note("F_SETOWN", ::fcntl(fd, F_SETOWN, ::getpid()));
        note("F_SETSIG", ::fcntl(fd, F_SETSIG, 0));
        struct flock whole{
            .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0};
        note("F_SETLK to read", ::fcntl(fd, F_SETLK, &whole));
        note("F_OFD_SETLK to read", ::fcntl(fd, F_OFD_SETLK, &whole));
        whole.l_type = F_WRLCK;
        note("F_SETLK to write", ::fcntl(fd, F_SETLK, &whole));
        note("flock", ::flock(fd, LOCK_EX | LOCK_NB));
    }
}

void metadata(Subject& s) {
    const UniqueFd buffer = s.allocate(size);
    const int fd = buffer.get();
    const std::string link = std::format("/proc/self/fd/{}", fd);
    std::array<char, 64> bytes{};
    s.note("fchmod", ::fchmod(fd, 0400));
    s.note("chmod of the link", ::chmod(link.c_str(), 0400));
    s.note("fchown", ::fchown(fd, 1, 1));
    s.note("futimens", ::futimens(fd, nullptr));
    s.note("fsetxattr", ::fsetxattr(fd, "user.a", "b", 1, 0));
    s.note("fgetxattr", ::fgetxattr(fd, "user.a", bytes.data(), bytes.size()));
    s.note("flistxattr", ::flistxattr(fd, bytes.data(), bytes.size()));
    s.note("fsync", ::fsync(fd));
    s.note("fdatasync", ::fdatasync(fd));
    s.note("syncfs", ::syncfs(fd));
    s.note("sync_file_range", ::sync_file_range(fd, 0, page, 7));
    s.note("readahead", ::readahead(fd, 0, page));
    for (int advice = 0; advice < 7; ++advice) {
        s.note(std::format("posix_fadvise {}", advice), ::posix_fadvise(fd, 0, page, advice));
    }
    struct stat status{};
    ::fstat(fd, &status);
    s.note("mode at last", status.st_mode);
    s.note("mmap at last",
           outcome_of_map(::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)));
    s.note("a next one's mode", [&] {
        const UniqueFd next = s.allocate(size);
        ::fstat(next.get(), &status);
        return static_cast<long>(status.st_mode);
    }());
}

void generic_ioctls(Subject& s) {
    const UniqueFd buffer = s.allocate(size);
    std::array<__u64, 64> memory{};
    for (const unsigned long command : std::initializer_list<unsigned long>{
             FIONREAD, FIOQSIZE, FIONBIO, FIOASYNC, FIOCLEX, FIONCLEX, FIBMAP, FIGETBSZ,
             FS_IOC_GETFLAGS, FS_IOC_FSGETXATTR, FS_IOC_FIEMAP, FICLONE, FIDEDUPERANGE, FIFREEZE,
             FITRIM, TCGETS}) {
        memory.fill(0);
        s.note(std::format("ioctl {:#x}", command), ::ioctl(buffer.get(), command, memory.data()));
        s.note(std::format("memory after {:#x}", command), static_cast<long>(memory[0]));
    }
}

void polling(Subject& s) {
    for (const int mode : modes) {
        const UniqueFd buffer = s.allocate(size, static_cast<unsigned>(mode) | O_CLOEXEC);
        for (const int events : {0, POLLIN, POLLOUT, POLLIN | POLLOUT, POLLPRI, 0x3fff}) {
            pollfd one{.fd = buffer.get(), .events = static_cast<short>(events), .revents = 0};
            s.note(std::format("poll {} on mode {}", events, mode), ::poll(&one, 1, 0));
            s.note("revents", one.revents);
        }
        fd_set set;
        FD_ZERO(&set);
        FD_SET(buffer.get(), &set);
        timeval now{};
        s.note("select", ::select(buffer.get() + 1, &set, nullptr, nullptr, &now));
        const UniqueFd poller(::epoll_create1(EPOLL_CLOEXEC));
        epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {}};
        s.note("epoll_ctl", ::epoll_ctl(poller.get(), EPOLL_CTL_ADD, buffer.get(), &event));
        s.note("epoll_wait", ::epoll_wait(poller.get(), &event, 1, 0));
        s.note("events", static_cast<long>(event.events));
        s.note("epoll_wait again", ::epoll_wait(poller.get(), &event, 1, 0));
    }
}

void watching(Subject& s) {
    const UniqueFd buffer = s.allocate(size);
    const UniqueFd watcher(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    s.note("inotify_add_watch",
           ::inotify_add_watch(watcher.get(), std::format("/proc/self/fd/{}", buffer.get()).c_str(),
                               IN_ALL_EVENTS));
    const UniqueFd copy = buffer.duplicate();
    {
        const uapi::Map map(copy, page);
        *map.begin() = std::byte{1};
    }
    std::array<char, 4096> events{};
    s.note("events", ::read(watcher.get(), events.data(), events.size()));
}

constexpr std::array groups{
    Group{"ReadAndWrite", read_and_write},
    Group{"Seek", seek},
    Group{"ChangeOfSize", change_size},
    Group{"Status", status},
    Group{"Fcntl", control},
    Group{"Metadata", metadata},
    Group{"GenericIoctls", generic_ioctls},
    Group{"Poll", polling},
    Group{"Inotify", watching},
};

} // namespace

std::span<const Group> file_groups() {
    return groups;
}

} // namespace differential
