// SPDX-License-Identifier: MIT
//
// The node itself, and its one ioctl.
#include "subject.hpp"

#include "support/call32.hpp"

#include <poll.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <format>
#include <limits>

namespace differential {
namespace {

constexpr const char* only_alloc = "the header: every other ioctl fails with ENOTTY";

/// Allocates, and records the result: the structure's fields and the new fd.
std::string ask(const UniqueFd& node, dma_heap_allocation_data data) {
    const dma_heap_allocation_data before = data;
    const long result = ::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data);
    const std::string answer = outcome(result);
    if (result == -1) {
        return answer + (std::memcmp(&before, &data, sizeof(data)) == 0 ? "" : ", and changed it");
    }
    const UniqueFd fd(static_cast<int>(data.fd));
    data.fd = before.fd;
    return std::format("{}{}, mode {}, descriptor flags {}, {} bytes", answer,
                       std::memcmp(&before, &data, sizeof(data)) == 0 ? "" : ", and changed it",
                       ::fcntl(fd.get(), F_GETFL) & O_ACCMODE, ::fcntl(fd.get(), F_GETFD),
                       ::lseek(fd.get(), 0, SEEK_END));
}

void fields(Subject& s) {
    const UniqueFd node = s.open();
    const dma_heap_allocation_data right = uapi::request(page);
    dma_heap_allocation_data data = right;
    for (const __u32 fd : {1U, 3U, ~0U}) {
        data.fd = fd;
        s.note(std::format("fd {}", fd), ask(node, data));
    }
    data = right;
    for (unsigned bit = 0; bit < 32; ++bit) {
        data.fd_flags = 1U << bit;
        s.note(std::format("fd_flags {:#x}", data.fd_flags), ask(node, data));
    }
    data = right;
    for (unsigned bit = 0; bit < 64; ++bit) {
        data.heap_flags = __u64{1} << bit;
        s.note(std::format("heap_flags {:#x}", data.heap_flags), ask(node, data));
    }
    data = right;
    for (const unsigned mode : {O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE}) {
        for (const unsigned cloexec : {0, O_CLOEXEC}) {
            data.fd_flags = mode | cloexec;
            s.note(std::format("fd_flags {:#x}", data.fd_flags), ask(node, data));
        }
    }
    data = {.len = 0, .fd = 5, .fd_flags = ~0U, .heap_flags = ~__u64{0}};
    s.note("all of them wrong", ask(node, data));
}

void lengths(Subject& s) {
    const UniqueFd node = s.open();
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    // Not those between: the heap would try, and take all the memory of the machine.
    for (const std::size_t len :
         {std::size_t{0}, std::size_t{1}, page - 1, page, page + 1, 3 * page, large - 1, large,
          large + 1, 5 * mib + 3 * page + 7, most - page + 2, most - 1, most}) {
        s.note(std::format("{} bytes", len), ask(node, uapi::request(len)));
    }
    for (const std::size_t size : {page, large, 5 * mib}) {
        const UniqueFd buffer = s.allocate(size);
        const uapi::Map map(buffer, size);
        s.note(std::format("content of {} bytes", size), digest(map.begin(), size));
    }
}

/// The structure as it is with another header: shorter, longer.
void structure_sizes(Subject& s) {
    const UniqueFd node = s.open();
    for (const unsigned size : {12U, 13U, 15U, 16U, 17U, 20U, 23U, 24U, 25U, 32U, 127U, 128U, 129U,
                                1000U, 4096U, 16383U}) {
        std::vector<std::byte> memory(16384, std::byte{0x88});
        const dma_heap_allocation_data data = uapi::request(page);
        std::memcpy(memory.data(), &data, sizeof(data));
        const unsigned command = _IOC(_IOC_READ | _IOC_WRITE, DMA_HEAP_IOC_MAGIC, 0, size);
        const long result = ::ioctl(node.get(), command, memory.data());
        s.note(std::format("{} bytes", size), result);
        if (result != -1) {
            __u32 number = 0;
            std::memcpy(&number, memory.data() + offsetof(dma_heap_allocation_data, fd),
                        sizeof(number));
            const UniqueFd fd(static_cast<int>(number));
            s.note(std::format("mode after {} bytes", size),
                   ::fcntl(fd.get(), F_GETFL) & O_ACCMODE);
            number = 0;
            std::memcpy(memory.data() + offsetof(dma_heap_allocation_data, fd), &number,
                        sizeof(number));
        }
        s.note(std::format("memory after {} bytes", size), digest(memory.data(), memory.size()));
    }
}

void structures_without_an_fd(Subject& s) {
    for (unsigned size = 0; size < 12; ++size) {
        // In a child process, since the heap makes an fd whose number it cannot return.
        const int status = uapi::in_child([&] {
            const UniqueFd node = s.open();
            const int before = uapi::count_open_fds();
            std::array<__u64, 4> memory{page, 0, 0, 0};
            const unsigned command = _IOC(_IOC_READ | _IOC_WRITE, DMA_HEAP_IOC_MAGIC, 0, size);
            const bool refused = ::ioctl(node.get(), command, memory.data()) == -1;
            return (refused ? errno : 0) + (uapi::count_open_fds() != before ? 128 : 0);
        });
        s.differs(std::format("{} bytes", size), std::to_string(status / 256),
                  std::to_string(ENOTTY), "the header: the structure must reach beyond fd");
    }
}

void pointers(Subject& s) {
    const UniqueFd node = s.open();
    const auto ask_at = [&](const char* name, void* argument) {
        const int before = uapi::count_open_fds();
        const long result = ::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, argument);
        s.note(name, result);
        s.note(std::format("fds after {}", name), uapi::count_open_fds() - before);
    };
    ask_at("NULL", nullptr);
    ask_at("an address of the kernel", reinterpret_cast<void*>(0xffff888000000000U));
    ask_at("an address that is none", reinterpret_cast<void*>(0x8000000000000000U));
    ask_at("the last byte", reinterpret_cast<void*>(~std::uintptr_t{0}));

    auto* memory = static_cast<std::byte*>(
        ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    const dma_heap_allocation_data data = uapi::request(4 * page);
    std::memcpy(memory + page - sizeof(data), &data, sizeof(data));
    ::mprotect(memory, page, PROT_READ);
    ask_at("memory that cannot be written", memory + page - sizeof(data));
    ::mprotect(memory, page, PROT_NONE);
    ask_at("memory without access", memory);
    ::mprotect(memory, page, PROT_READ | PROT_WRITE);
    ::munmap(memory + page, page);
    ask_at("the end of what is mapped", memory + page - 8);
    ask_at("the end of what is mapped, but for one byte", memory + page - sizeof(data) + 1);
    std::memcpy(memory + 1, &data, sizeof(data));
    s.note("an odd address", ::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, memory + 1));
    __u32 number = 0;
    std::memcpy(&number, memory + 1 + offsetof(dma_heap_allocation_data, fd), sizeof(number));
    ::close(static_cast<int>(number));
    ::munmap(memory, page);
}

/// A structure in a dma-buf, of which the node has to read and write the mapping.
void structure_in_a_buffer(Subject& s) {
    const UniqueFd node = s.open();
    const UniqueFd buffer = s.allocate(2 * page);
    const uapi::Map map(buffer, 2 * page);
    const dma_heap_allocation_data data = uapi::request(page);
    std::memcpy(map.at(page - 4), &data, sizeof(data));
    s.note("across two pages of a dma-buf",
           ::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, map.at(page - 4)));
    __u32 number = 0;
    std::memcpy(&number, map.at(page - 4 + offsetof(dma_heap_allocation_data, fd)), sizeof(number));
    const UniqueFd made(static_cast<int>(number));
    s.note("its size", ::lseek(made.get(), 0, SEEK_END));
    s.note("its last bytes lie after the buffer",
           ::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, map.at(2 * page - 8)));
}

void other_directions(Subject& s) {
    for (const unsigned direction : {_IOC_NONE, _IOC_READ, _IOC_WRITE}) {
        const int status = uapi::in_child([&] { // the heap makes an fd of an unknown number
            const UniqueFd node = s.open();
            dma_heap_allocation_data data = uapi::request(page);
            const unsigned long command = _IOC(direction, DMA_HEAP_IOC_MAGIC, 0, sizeof(data));
            return ::ioctl(node.get(), command, &data) == -1 ? errno : 0;
        });
        s.differs(std::format("direction {}", direction), std::to_string(status / 256),
                  std::to_string(ENOTTY), only_alloc);
    }
}

void other_ioctls(Subject& s) {
    const UniqueFd node = s.open();
    dma_heap_allocation_data data = uapi::request(page);
    for (unsigned number = 1; number < 256; ++number) {
        const long result =
            ::ioctl(node.get(), _IOWR(DMA_HEAP_IOC_MAGIC, number, dma_heap_allocation_data), &data);
        s.differs(std::format("number {}", number), result, "ENOTTY", only_alloc);
    }
    for (const unsigned long command : {DMA_BUF_IOCTL_SYNC, DMA_BUF_IOCTL_IMPORT_SYNC_FILE}) {
        // The heap looks at numbers alone, and takes number 0 of any type for its own.
        s.differs(std::format("command {:#x}", command), ::ioctl(node.get(), command, &data),
                  "ENOTTY", only_alloc);
    }
    // Handled by the kernel before the driver.
    int on = 1;
    s.note("FIONCLEX", ::ioctl(node.get(), FIONCLEX));
    s.note("descriptor flags", ::fcntl(node.get(), F_GETFD));
    s.note("FIONBIO", ::ioctl(node.get(), FIONBIO, &on));
    s.note("flags", ::fcntl(node.get(), F_GETFL) & ~O_LARGEFILE);
    s.note("FIOASYNC", ::ioctl(node.get(), FIOASYNC, &on));
    s.note("FIOQSIZE", ::ioctl(node.get(), FIOQSIZE, &data));
}

void ways_to_open(Subject& s) {
    for (const int flags : {O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE, O_PATH, O_RDWR | O_NONBLOCK,
                            O_RDWR | O_APPEND, O_RDWR | O_TRUNC, O_RDWR | O_SYNC, O_RDWR | O_DIRECT,
                            O_RDWR | O_NOATIME, O_RDWR | O_DIRECTORY, O_RDWR | O_CREAT | O_EXCL,
                            O_RDWR | O_CREAT, O_RDWR | O_NOFOLLOW, O_RDWR | O_TMPFILE}) {
        const UniqueFd node(::open(s.path().c_str(), flags | O_CLOEXEC, 0600));
        s.note(std::format("open({:#o})", flags), outcome_of_fd(node.get()));
        if (node) {
            s.note(std::format("F_GETFL after open({:#o})", flags), ::fcntl(node.get(), F_GETFL));
            s.note(std::format("allocation after open({:#o})", flags),
                   ask(node, uapi::request(page)));
        }
    }
}

void node_as_a_file(Subject& s) {
    const UniqueFd node = s.open();
    std::array<char, 64> bytes{};
    s.note("read", ::read(node.get(), bytes.data(), bytes.size()));
    s.note("read of nothing", ::read(node.get(), bytes.data(), 0));
    s.note("write", ::write(node.get(), bytes.data(), bytes.size()));
    s.note("pread", ::pread(node.get(), bytes.data(), bytes.size(), 0));
    s.note("pwrite", ::pwrite(node.get(), bytes.data(), bytes.size(), 0));
    for (const int whence : {SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE, 9}) {
        s.note(std::format("lseek {}", whence), ::lseek(node.get(), 0, whence));
    }
    s.note("ftruncate", ::ftruncate(node.get(), 0));
    s.note("fallocate", ::fallocate(node.get(), 0, 0, page));
    s.note("fsync", ::fsync(node.get()));
    s.note("flock", ::flock(node.get(), LOCK_EX | LOCK_NB));
    pollfd one{.fd = node.get(), .events = 0x3fff, .revents = 0};
    s.note("poll", ::poll(&one, 1, 0));
    s.note("revents", one.revents);
    struct stat status{};
    s.note("fstat", ::fstat(node.get(), &status));
    s.note("type", status.st_mode & S_IFMT);
    s.note("size", status.st_size);
    s.differs("mmap", outcome_of_map(::mmap(nullptr, page, PROT_READ, MAP_SHARED, node.get(), 0)),
              "mapped", "the header: mmap() of the node");
}

void no_fd_left(Subject& s) {
    const UniqueFd node = s.open();
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlimit none{.rlim_cur = 0, .rlim_max = limit.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    const std::string answer = ask(node, uapi::request(page));
    ::setrlimit(RLIMIT_NOFILE, &limit);
    s.note("no fd is left", answer);
}

void callers_of_32_bits(Subject& s) {
    if (!uapi::has_calls32()) {
        s.note("calls of 32 bits", "none");
        return;
    }
    const UniqueFd node = s.open();
    const uapi::LowMemory memory(page);
    for (const unsigned size : {12U, 16U, 24U, 32U}) {
        const dma_heap_allocation_data data = uapi::request(page);
        std::memcpy(memory.data(), &data, sizeof(data));
        const unsigned command = _IOC(_IOC_READ | _IOC_WRITE, DMA_HEAP_IOC_MAGIC, 0, size);
        const long result = uapi::ioctl32(node.get(), command, memory.address());
        s.note(std::format("{} bytes", size), result);
        __u32 number = 0;
        std::memcpy(&number, memory.data() + offsetof(dma_heap_allocation_data, fd),
                    sizeof(number));
        const UniqueFd buffer(result == -1 ? -1 : static_cast<int>(number));
        const void* map = uapi::mmap32(nullptr, page, PROT_READ, MAP_SHARED, buffer.get(), 0);
        s.note(std::format("mmap2 after {} bytes", size), outcome_of_map(map));
        map = uapi::mmap32(nullptr, page, PROT_READ, MAP_SHARED, buffer.get(), 1);
        s.note(std::format("mmap2 of page 1 after {} bytes", size), outcome_of_map(map));
        map = uapi::mmap32(nullptr, page, PROT_READ, MAP_SHARED, buffer.get(), ~0U);
        s.note(std::format("mmap2 of the last page after {} bytes", size), outcome_of_map(map));
    }
    s.note("a pointer to nothing", uapi::ioctl32(node.get(), DMA_HEAP_IOCTL_ALLOC, 8));
    const UniqueFd buffer = s.allocate(page);
    for (const __u64 flags : {0U, 1U, 2U, 3U, 4U, 7U, 8U}) {
        std::memcpy(memory.data(), &flags, sizeof(flags));
        s.note(std::format("SYNC {}", flags),
               uapi::ioctl32(buffer.get(), DMA_BUF_IOCTL_SYNC, memory.address()));
    }
}

constexpr std::array groups{
    Group{"AllocationFields", fields},
    Group{"AllocationLengths", lengths},
    Group{"StructureSizes", structure_sizes},
    Group{"StructuresWithoutAnFd", structures_without_an_fd},
    Group{"StructurePointers", pointers},
    Group{"StructureInABuffer", structure_in_a_buffer},
    Group{"OtherDirections", other_directions},
    Group{"OtherIoctlsOfTheNode", other_ioctls},
    Group{"WaysToOpenTheNode", ways_to_open},
    Group{"NodeAsAFile", node_as_a_file},
    Group{"NoFdLeft", no_fd_left},
    Group{"CallersOf32Bits", callers_of_32_bits},
};

} // namespace

std::span<const Group> allocation_groups() {
    return groups;
}

} // namespace differential
