// SPDX-License-Identifier: MIT
//
// 32-bit callers: the same contract, through the kernel's 32-bit entry.
#include "support/call32.hpp"
#include "support/module.hpp"
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <importer.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace uapi {
namespace {

// A structure means the same to both only if nothing in it depends on how 64 bits are aligned:
// 32-bit x86 aligns them to 4 bytes.
static_assert(offsetof(dma_heap_allocation_data, fd) == 8);
static_assert(offsetof(dma_heap_allocation_data, fd_flags) == 12);
static_assert(offsetof(dma_heap_allocation_data, heap_flags) == 16);
static_assert(sizeof(dma_heap_allocation_data) == 24);
static_assert(sizeof(importer_attach) == 16 && sizeof(importer_access) == 24);

class Calls32 : public testing::Test {
protected:
    void SetUp() override {
        if (!has_calls32()) {
            GTEST_SKIP()
                << "only x86 has these calls of 32 bits, if the kernel has CONFIG_IA32_EMULATION";
        }
    }

    /// Copies @p argument to the target of a call's argument.
    template <typename Argument>
    Argument& put(const Argument& argument) {
        std::memcpy(memory_.data(), &argument, sizeof(argument));
        return *reinterpret_cast<Argument*>(memory_.data());
    }

    int error(int fd, unsigned command) {
        return error_of(ioctl32(fd, command, memory_.address()));
    }

    UniqueFd allocate32(std::size_t size) {
        const auto& data = put(request(size));
        if (const int error = this->error(node_.get(), DMA_HEAP_IOCTL_ALLOC)) {
            throw std::system_error(error, std::generic_category(), "allocating with 32 bits");
        }
        return UniqueFd(static_cast<int>(data.fd));
    }

    LowMemory memory_{page};
    UniqueFd node_ = open_node();
};

TEST_F(Calls32, HelloGreets) {
    const int& fd = put(-1);
    ASSERT_EQ(error(node_.get(), EXPORTER_IOCTL_HELLO), 0);
    const UniqueFd buffer(fd);
    const Map map(buffer, page, {.protection = PROT_READ});
    EXPECT_STREQ(reinterpret_cast<const char*>(map.begin()), "hello world!");
}

TEST_F(Calls32, AllocationGivesADmaBuf) {
    const auto& data = put(request(5000));
    ASSERT_EQ(error(node_.get(), DMA_HEAP_IOCTL_ALLOC), 0);
    const UniqueFd buffer(static_cast<int>(data.fd));
    EXPECT_EQ(data.len, 5000U);
    EXPECT_EQ(data.fd_flags, static_cast<unsigned>(O_RDWR | O_CLOEXEC));
    EXPECT_EQ(data.heap_flags, 0U);
    EXPECT_EQ(::lseek(buffer.get(), 0, SEEK_END), static_cast<off_t>(2 * page));
    const Map map(buffer, 2 * page);
    EXPECT_EQ(first_nonzero(map.begin(), map.size()), -1);
}

TEST_F(Calls32, WrongRequestsAreRefused) {
    put(request(page)).heap_flags = std::uint64_t{1} << 63; // beyond what 32 bits could say
    EXPECT_EQ(error(node_.get(), DMA_HEAP_IOCTL_ALLOC), EINVAL);
    put(request(page)).len = std::uint64_t{1} << 60;
    EXPECT_EQ(error(node_.get(), DMA_HEAP_IOCTL_ALLOC), EFBIG);
    EXPECT_EQ(error(node_.get(), EXPORTER_IOCTL_HELLO + 1), ENOTTY);
}

TEST_F(Calls32, BadPointersLeaveNothingBehind) {
    const int next = next_fd();
    constexpr std::uint32_t nowhere = 16;
    EXPECT_EQ(error_of(ioctl32(node_.get(), DMA_HEAP_IOCTL_ALLOC, nowhere)), EFAULT);
    EXPECT_EQ(error_of(ioctl32(node_.get(), EXPORTER_IOCTL_HELLO, nowhere)), EFAULT);
    put(request(page));
    ASSERT_EQ(::mprotect(memory_.data(), page, PROT_READ), 0); // the answer cannot be written
    EXPECT_EQ(error(node_.get(), DMA_HEAP_IOCTL_ALLOC), EFAULT);
    EXPECT_EQ(next_fd(), next);
}

TEST_F(Calls32, MapsTheBufferAndTheNode) {
    const std::size_t size = 3 * mib + 5 * page;
    const UniqueFd buffer = allocate32(size);
    const Map whole(buffer, size);
    stamp(whole.begin(), size, 21);
    for (const int fd : {buffer.get(), node_.get()}) {
        for (const std::size_t first : {std::size_t{0}, std::size_t{3}}) {
            SCOPED_TRACE(first);
            const std::size_t rest = size - first * page;
            void* mapped = mmap32(nullptr, rest, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                                  static_cast<std::uint32_t>(first));
            ASSERT_NE(mapped, MAP_FAILED) << std::strerror(errno);
            auto* const pages = static_cast<std::byte*>(mapped);
            EXPECT_EQ(first_wrong(pages, rest, 21, first), -1);
            stamp(pages + rest - page, page, 22);
            EXPECT_EQ(first_wrong(whole.at(size - page), page, 22), -1);
            stamp(whole.at(size - page), page, 21, size / page - 1);
            ::munmap(mapped, rest);
        }
    }
}

TEST_F(Calls32, MappingBeyondTheEndIsRefused) {
    const UniqueFd buffer = allocate32(4 * page);
    const auto error = [&](std::size_t size, std::uint32_t first) {
        return mmap32(nullptr, size, PROT_READ, MAP_SHARED, buffer.get(), first) == MAP_FAILED
                   ? errno
                   : 0;
    };
    EXPECT_EQ(error(5 * page, 0), EINVAL);
    EXPECT_EQ(error(page, 4), EINVAL);
    EXPECT_EQ(error(page, 0xfffff), EINVAL); // the last page that 32 bits of bytes can say
    EXPECT_EQ(error(page, 0xffffffff), EINVAL);
}

TEST_F(Calls32, BracketsCpuAccess) {
    const UniqueFd buffer = allocate32(page);
    for (const __u64 end : {DMA_BUF_SYNC_START, DMA_BUF_SYNC_END}) {
        put(dma_buf_sync{.flags = end | DMA_BUF_SYNC_RW});
        EXPECT_EQ(error(buffer.get(), DMA_BUF_IOCTL_SYNC), 0);
    }
    put(dma_buf_sync{.flags = std::uint64_t{1} << 63});
    EXPECT_EQ(error(buffer.get(), DMA_BUF_IOCTL_SYNC), EINVAL);
}

TEST_F(Calls32, DeviceReadsWhatTheCpuWrote) {
    load_importer();
    const UniqueFd device(::open("/dev/importer", O_RDWR | O_CLOEXEC));
    ASSERT_TRUE(device);
    const UniqueFd buffer = allocate32(2 * page);
    const Map map(buffer, 2 * page);
    stamp(map.begin(), map.size(), 31);
    put(importer_attach{
        .fd = buffer.get(), .direction = IMPORTER_TO_DEVICE, .segments = 0, .longest = 0});
    ASSERT_EQ(error(device.get(), IMPORTER_ATTACH), 0);
    const LowMemory seen(page);
    put(importer_access{.address = seen.address(), .offset = page, .length = page});
    ASSERT_EQ(error(device.get(), IMPORTER_DEVICE_READ), 0);
    EXPECT_EQ(first_wrong(seen.data(), page, 31, 1), -1);
}

} // namespace
} // namespace uapi
