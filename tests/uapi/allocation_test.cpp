// SPDX-License-Identifier: MIT
//
// DMA_HEAP_IOCTL_ALLOC: its contract, and one wrong field per case.
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <vector>

namespace uapi {
namespace {

class Allocation : public testing::Test {
protected:
    int error(dma_heap_allocation_data data) {
        const int result = error(DMA_HEAP_IOCTL_ALLOC, &data);
        const UniqueFd unexpected(result == 0 ? static_cast<int>(data.fd) : -1);
        return result;
    }

    /// Fails the test if the ioctl fails but leaves an fd behind.
    int error(unsigned long command, void* argument) {
        const int next = next_fd();
        const int result = error_of(::ioctl(node_.get(), command, argument));
        if (result != 0) {
            EXPECT_EQ(next_fd(), next) << "an fd was left behind";
        }
        return result;
    }

    UniqueFd node_ = open_node();
};

TEST_F(Allocation, GivesADmaBuf) {
    const UniqueFd buffer = allocate(node_, page);
    dma_buf_sync sync{.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW};
    EXPECT_EQ(error_of(::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &sync)), 0);
    sync.flags = DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW;
    EXPECT_EQ(error_of(::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &sync)), 0);
}

TEST_F(Allocation, LeavesTheOtherFieldsAsTheyWere) {
    dma_heap_allocation_data data = request(5000);
    ASSERT_EQ(::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, &data), 0);
    const UniqueFd buffer(static_cast<int>(data.fd));
    EXPECT_EQ(data.len, 5000U);
    EXPECT_EQ(data.fd_flags, static_cast<unsigned>(O_RDWR | O_CLOEXEC));
    EXPECT_EQ(data.heap_flags, 0U);
}

TEST_F(Allocation, WorksOnAReadOnlyNode) {
    const UniqueFd node = open_node(O_RDONLY | O_CLOEXEC);
    const UniqueFd buffer = allocate(node, page);
    const Map map(buffer, page);
    *map.begin() = std::byte{1};
}

const std::array sizes = {std::size_t{1}, page - 1, page,         page + 1,           3 * page,
                          large - page,   large,    large + page, 5 * mib + 3 * page, 16 * mib};

TEST_F(Allocation, IsRoundedUpToPagesAndZero) {
    for (const std::size_t size : sizes) {
        SCOPED_TRACE(size);
        const std::size_t rounded = (size + page - 1) / page * page;
        const UniqueFd buffer = allocate(node_, size);

        EXPECT_EQ(::lseek(buffer.get(), 0, SEEK_END), static_cast<off_t>(rounded));
        struct stat status{};
        ASSERT_EQ(::fstat(buffer.get(), &status), 0);
        EXPECT_EQ(status.st_size, static_cast<off_t>(rounded));

        const Map map(buffer, rounded);
        EXPECT_EQ(first_nonzero(map.begin(), rounded), -1);
        EXPECT_EQ(map_error(buffer.get(), rounded + page, {}), EINVAL);
    }
}

TEST_F(Allocation, IsZeroAgainAfterAnotherWroteThere) {
    for (int round = 0; round < 3; ++round) {
        for (const std::size_t size : sizes) {
            const std::size_t rounded = (size + page - 1) / page * page;
            const UniqueFd buffer = allocate(node_, size);
            const Map map(buffer, rounded);
            ASSERT_EQ(first_nonzero(map.begin(), rounded), -1) << size << ", round " << round;
            std::fill(map.begin(), map.at(rounded), std::byte{0xff});
        }
    }
}

TEST_F(Allocation, RefusesNoBytes) {
    dma_heap_allocation_data data = request(page);
    data.len = 0;
    EXPECT_EQ(error(data), EINVAL);
}

TEST_F(Allocation, RefusesASizeThatOverflowsWhenRounded) {
    dma_heap_allocation_data data = request(page);
    data.len = std::numeric_limits<__u64>::max();
    EXPECT_EQ(error(data), EINVAL);
    data.len = std::numeric_limits<__u64>::max() - page + 2;
    EXPECT_EQ(error(data), EINVAL);
}

TEST_F(Allocation, RefusesAHugeSize) {
    for (const int bits : {40, 46, 47, 52, 62, 63}) {
        dma_heap_allocation_data data = request(page);
        data.len = __u64{1} << bits;
        EXPECT_EQ(error(data), EFBIG) << "2^" << bits;
    }
    dma_heap_allocation_data data = request(page);
    data.len = std::numeric_limits<__u64>::max() - page + 1;
    EXPECT_EQ(error(data), EFBIG);
}

TEST_F(Allocation, RefusesAnFdOnEntry) {
    dma_heap_allocation_data data = request(page);
    data.fd = 1;
    EXPECT_EQ(error(data), EINVAL);
}

TEST_F(Allocation, RefusesEveryUnknownFdFlag) {
    constexpr unsigned known = O_CLOEXEC | O_ACCMODE;
    for (int bit = 0; bit < 32; ++bit) {
        if (((1U << bit) & known) != 0) {
            continue;
        }
        dma_heap_allocation_data data = request(page);
        data.fd_flags |= 1U << bit;
        EXPECT_EQ(error(data), EINVAL) << "bit " << bit;
    }
}

TEST_F(Allocation, RefusesEveryHeapFlag) {
    for (int bit = 0; bit < 64; ++bit) {
        dma_heap_allocation_data data = request(page);
        data.heap_flags = __u64{1} << bit;
        EXPECT_EQ(error(data), EINVAL) << "bit " << bit;
    }
}

TEST_F(Allocation, HonoursCloexec) {
    const UniqueFd with = allocate(node_, page, O_RDWR | O_CLOEXEC);
    EXPECT_EQ(::fcntl(with.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    const UniqueFd without = allocate(node_, page, O_RDWR);
    EXPECT_EQ(::fcntl(without.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(Allocation, HonoursTheAccessMode) {
    const UniqueFd both = allocate(node_, page, O_RDWR);
    EXPECT_EQ(::fcntl(both.get(), F_GETFL) & O_ACCMODE, O_RDWR);
    EXPECT_EQ(map_error(both.get(), page, {}), 0);

    const UniqueFd read = allocate(node_, page, O_RDONLY);
    EXPECT_EQ(::fcntl(read.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
    EXPECT_EQ(map_error(read.get(), page, {}), EACCES);
    EXPECT_EQ(map_error(read.get(), page, {.protection = PROT_READ}), 0);

    const UniqueFd write = allocate(node_, page, O_WRONLY);
    EXPECT_EQ(::fcntl(write.get(), F_GETFL) & O_ACCMODE, O_WRONLY);
    EXPECT_EQ(map_error(write.get(), page, {}), EACCES); // a mapping always reads
}

TEST_F(Allocation, RefusesANullPointer) {
    EXPECT_EQ(error(DMA_HEAP_IOCTL_ALLOC, nullptr), EFAULT);
}

TEST_F(Allocation, RefusesAPointerIntoTheKernel) {
    EXPECT_EQ(error(DMA_HEAP_IOCTL_ALLOC, reinterpret_cast<void*>(0xffff888000000000U)), EFAULT);
}

TEST_F(Allocation, RefusesAStructureThatCannotBeWritten) {
    void* memory =
        ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    *static_cast<dma_heap_allocation_data*>(memory) = request(4 * mib);
    ASSERT_EQ(::mprotect(memory, page, PROT_READ), 0);
    EXPECT_EQ(error(DMA_HEAP_IOCTL_ALLOC, memory), EFAULT);
    ::munmap(memory, page);
}

TEST_F(Allocation, RefusesAStructureThatEndsInAnUnmappedPage) {
    void* memory =
        ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    ASSERT_EQ(::munmap(static_cast<std::byte*>(memory) + page, page), 0);
    EXPECT_EQ(error(DMA_HEAP_IOCTL_ALLOC, static_cast<std::byte*>(memory) + page - 8), EFAULT);
    ::munmap(memory, page);
}

TEST_F(Allocation, RefusesWhenNoFdIsLeft) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    rlimit none = limit;
    none.rlim_cur = 0;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    dma_heap_allocation_data data = request(page);
    const int result = error_of(::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, &data));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(result, EMFILE);
}

// The structure of older and newer headers.

TEST_F(Allocation, TakesAnOlderStructure) {
    struct Older {
        __u64 len;
        __u32 fd;
        __u32 fd_flags;
    } data{.len = page, .fd = 0, .fd_flags = O_RDWR | O_CLOEXEC};
    ASSERT_EQ(error_of(::ioctl(node_.get(), _IOWR(DMA_HEAP_IOC_MAGIC, 0, Older), &data)), 0);
    const UniqueFd buffer(static_cast<int>(data.fd));
    EXPECT_EQ(::fcntl(buffer.get(), F_GETFL) & O_ACCMODE, O_RDWR);
}

TEST_F(Allocation, CountsMissingFieldsAsZero) {
    struct __attribute__((packed)) Oldest {
        __u64 len;
        __u32 fd;
    } data{.len = page, .fd = 0};
    std::array<std::byte, 64> memory{};
    memory.fill(std::byte{0xff}); // what follows the structure must not be read
    std::memcpy(memory.data(), &data, sizeof(data));
    ASSERT_EQ(error_of(::ioctl(node_.get(), _IOWR(DMA_HEAP_IOC_MAGIC, 0, Oldest), memory.data())),
              0);
    std::memcpy(&data, memory.data(), sizeof(data));
    const UniqueFd buffer(static_cast<int>(data.fd));
    EXPECT_EQ(::fcntl(buffer.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
    EXPECT_EQ(memory[sizeof(data)], std::byte{0xff});
}

TEST_F(Allocation, TakesANewerStructureAndLeavesItsEndAlone) {
    struct Newer {
        dma_heap_allocation_data known;
        std::array<__u64, 100> unknown;
    } data{.known = request(page), .unknown = {}};
    data.unknown.fill(0x8888888888888888U);
    ASSERT_EQ(error_of(::ioctl(node_.get(), _IOWR(DMA_HEAP_IOC_MAGIC, 0, Newer), &data)), 0);
    const UniqueFd buffer(static_cast<int>(data.known.fd));
    for (const __u64 word : data.unknown) {
        EXPECT_EQ(word, 0x8888888888888888U);
    }
}

TEST_F(Allocation, RefusesAStructureThatCannotTakeTheFd) {
    __u64 len = page;
    EXPECT_EQ(error(_IOWR(DMA_HEAP_IOC_MAGIC, 0, __u64), &len), ENOTTY);
}

TEST_F(Allocation, RefusesTheWrongDirection) {
    dma_heap_allocation_data data = request(page);
    EXPECT_EQ(error(_IOW(DMA_HEAP_IOC_MAGIC, 0, dma_heap_allocation_data), &data), ENOTTY);
    EXPECT_EQ(error(_IOR(DMA_HEAP_IOC_MAGIC, 0, dma_heap_allocation_data), &data), ENOTTY);
    EXPECT_EQ(error(_IO(DMA_HEAP_IOC_MAGIC, 0), &data), ENOTTY);
}

TEST_F(Allocation, RefusesTheWrongType) {
    dma_heap_allocation_data data = request(page);
    EXPECT_EQ(error(_IOWR('h', 0, dma_heap_allocation_data), &data), ENOTTY);
}

TEST_F(Allocation, RefusesEveryOtherNumber) {
    dma_heap_allocation_data data = request(page);
    for (unsigned number = 1; number < 256; ++number) {
        EXPECT_EQ(error(_IOWR(DMA_HEAP_IOC_MAGIC, number, dma_heap_allocation_data), &data), ENOTTY)
            << number;
    }
}

TEST_F(Allocation, KeepsManyBuffersApart) {
    std::vector<UniqueFd> buffers;
    for (std::uint64_t i = 0; i < 32; ++i) {
        buffers.push_back(allocate(node_, (i % 5 + 1) * page));
        const Map map(buffers.back(), (i % 5 + 1) * page);
        stamp(map.begin(), map.size(), i);
    }
    for (std::uint64_t i = 0; i < 32; ++i) {
        const Map map(buffers[i], (i % 5 + 1) * page);
        EXPECT_EQ(first_wrong(map.begin(), map.size(), i), -1) << "buffer " << i;
    }
}

} // namespace
} // namespace uapi
