// SPDX-License-Identifier: MIT
//
// The contract of the tutorial: ioctl number 0 and mmap() of the node.
#include "node.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <system_error>

namespace uapi {
namespace {

constexpr char greeting[] = "hello world!";

UniqueFd hello(const UniqueFd& node) {
    int fd = -1;
    if (::ioctl(node.get(), EXPORTER_IOCTL_HELLO, &fd) != 0) {
        throw std::system_error(errno, std::generic_category(), "ioctl 0");
    }
    return UniqueFd(fd);
}

TEST(Hello, NumberIsZero) {
    EXPECT_EQ(EXPORTER_IOCTL_HELLO, 0);
}

TEST(Hello, IsOnePageThatGreets) {
    const UniqueFd node = open_node(O_RDONLY);
    const UniqueFd buffer = hello(node);
    EXPECT_EQ(::lseek(buffer.get(), 0, SEEK_END), static_cast<off_t>(page));
    const Map map(buffer, page, {.protection = PROT_READ});
    EXPECT_STREQ(reinterpret_cast<const char*>(map.begin()), greeting);
    EXPECT_EQ(first_nonzero(map.at(sizeof(greeting)), page - sizeof(greeting)), -1);
}

TEST(Hello, OutlivesTheNode) {
    UniqueFd node = open_node(O_RDONLY);
    const UniqueFd buffer = hello(node);
    node.reset();
    const Map map(buffer, page, {.protection = PROT_READ});
    EXPECT_STREQ(reinterpret_cast<const char*>(map.begin()), greeting);
}

TEST(Hello, FdIsWritableAndClosedOnExec) {
    const UniqueFd node = open_node(O_RDONLY);
    const UniqueFd buffer = hello(node);
    EXPECT_EQ(::fcntl(buffer.get(), F_GETFL) & O_ACCMODE, O_RDWR);
    EXPECT_EQ(::fcntl(buffer.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(Hello, IsTheSamePageForOneOpenFile) {
    const UniqueFd node = open_node();
    const UniqueFd first = hello(node);
    const UniqueFd second = hello(node);
    const Map map(first, page);
    const Map other(second, page);
    const Map of_node(node, page);
    std::strcpy(reinterpret_cast<char*>(map.begin()), "changed");
    EXPECT_STREQ(reinterpret_cast<const char*>(other.begin()), "changed");
    EXPECT_STREQ(reinterpret_cast<const char*>(of_node.begin()), "changed");
}

TEST(Hello, IsNotSharedBetweenOpenFiles) {
    const UniqueFd node = open_node();
    const UniqueFd other = open_node();
    const UniqueFd mine = hello(node);
    const UniqueFd theirs = hello(other);
    const Map map(mine, page);
    std::strcpy(reinterpret_cast<char*>(map.begin()), "changed");
    const Map untouched(theirs, page);
    EXPECT_STREQ(reinterpret_cast<const char*>(untouched.begin()), greeting);
}

TEST(Hello, LeavesNoFdBehindABadPointer) {
    const UniqueFd node = open_node();
    const int before = count_open_fds();
    EXPECT_EQ(error_of(::ioctl(node.get(), EXPORTER_IOCTL_HELLO, nullptr)), EFAULT);
    EXPECT_EQ(count_open_fds(), before);
}

TEST(NodeMapping, IsTheHelloPageAtFirst) {
    UniqueFd node = open_node(O_RDONLY);
    const Map map(node, page, {.protection = PROT_READ});
    node.reset();
    EXPECT_STREQ(reinterpret_cast<const char*>(map.begin()), greeting);
}

TEST(NodeMapping, OfAReadOnlyNodeCannotBeWritten) {
    const UniqueFd node = open_node(O_RDONLY);
    EXPECT_EQ(map_error(node.get(), page, {}), EACCES);
    const Map map(node, page, {.protection = PROT_READ});
    EXPECT_EQ(error_of(::mprotect(map.begin(), page, PROT_READ | PROT_WRITE)), EACCES);
}

TEST(NodeMapping, IsTheBufferAllocatedLast) {
    const UniqueFd node = open_node();
    const UniqueFd first = allocate(node, 2 * page);
    const UniqueFd last = allocate(node, 3 * page);
    const Map map(last, 3 * page);
    stamp(map.begin(), map.size(), 7);
    const Map of_node(node, 3 * page);
    EXPECT_EQ(first_wrong(of_node.begin(), of_node.size(), 7), -1);
    stamp(of_node.begin(), of_node.size(), 8);
    EXPECT_EQ(first_wrong(map.begin(), map.size(), 8), -1);
}

TEST(NodeMapping, IsOfItsOwnOpenFile) {
    const UniqueFd node = open_node();
    const UniqueFd other = open_node();
    const UniqueFd buffer = allocate(node, 2 * page);
    const Map map(other, page);
    EXPECT_STREQ(reinterpret_cast<const char*>(map.begin()), greeting);
}

TEST(NodeMapping, HelloDoesNotCountAsAnAllocation) {
    const UniqueFd node = open_node();
    const UniqueFd buffer = allocate(node, 2 * page);
    const UniqueFd greeted = hello(node);
    const Map map(buffer, 2 * page);
    stamp(map.begin(), map.size(), 3);
    const Map of_node(node, 2 * page);
    EXPECT_EQ(first_wrong(of_node.begin(), of_node.size(), 3), -1);
}

TEST(NodeMapping, FailedAllocationChangesNothing) {
    const UniqueFd node = open_node();
    const UniqueFd buffer = allocate(node, 2 * page);
    EXPECT_EQ(error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, nullptr)), EFAULT);
    void* memory =
        ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    *static_cast<dma_heap_allocation_data*>(memory) = request(page);
    ASSERT_EQ(::mprotect(memory, page, PROT_READ), 0);
    EXPECT_EQ(error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, memory)), EFAULT);
    ::munmap(memory, page);
    EXPECT_EQ(map_error(node.get(), 2 * page, {}), 0);
}

TEST(NodeMapping, FailsOnceTheBufferIsGone) {
    const UniqueFd node = open_node();
    UniqueFd buffer = allocate(node, 2 * page);
    buffer.reset();
    EXPECT_EQ(map_error(node.get(), page, {}), ENXIO);
    buffer = allocate(node, page);
    EXPECT_EQ(map_error(node.get(), page, {}), 0);
}

TEST(NodeMapping, FindsABufferThatOnlyAMappingKeeps) {
    const UniqueFd node = open_node();
    UniqueFd buffer = allocate(node, 2 * page);
    const Map map(buffer, page);
    buffer.reset();
    stamp(map.begin(), page, 5);
    const Map of_node(node, page);
    EXPECT_EQ(first_wrong(of_node.begin(), page, 5), -1);
}

TEST(NodeMapping, MayBePartialButNotReachBeyondTheEnd) {
    const UniqueFd node = open_node();
    const UniqueFd buffer = allocate(node, 4 * page);
    const Map map(buffer, 4 * page);
    stamp(map.begin(), map.size(), 1);
    const Map part(node, 2 * page, {.offset = page});
    EXPECT_EQ(first_wrong(part.begin(), part.size(), 1, 1), -1);
    EXPECT_EQ(map_error(node.get(), 5 * page, {}), EINVAL);
    EXPECT_EQ(map_error(node.get(), page, {.offset = 4 * page}), EINVAL);
    EXPECT_EQ(map_error(node.get(), 4 * page, {.offset = page}), EINVAL);
}

TEST(NodeMapping, IsAlignedByTheKernel) {
    const UniqueFd node = open_node();
    const UniqueFd buffer = allocate(node, 3 * large);
    const Map map(node, 3 * large);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(map.begin()) % large, 0U);
    const Map part(node, 2 * large, {.offset = 5 * page});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(part.begin()) % large, 5 * page);
}

TEST(NodeMapping, IsAMappingOfTheDmaBuf) {
    const UniqueFd node = open_node();
    const UniqueFd buffer = allocate(node, page);
    const Map map(node, page);
    char start[32];
    std::snprintf(start, sizeof(start), "%lx-", reinterpret_cast<unsigned long>(map.begin()));
    const std::string maps = read_text("/proc/self/maps");
    const std::size_t line = maps.find(start);
    ASSERT_NE(line, std::string::npos);
    EXPECT_NE(maps.substr(line, maps.find('\n', line) - line).find("dmabuf"), std::string::npos);
}

TEST(NodeMapping, NodeHasNoReadWriteOrSeek) {
    const UniqueFd node = open_node();
    char byte = 0;
    EXPECT_EQ(error_of(::read(node.get(), &byte, 1)), EINVAL);
    EXPECT_EQ(error_of(::write(node.get(), &byte, 1)), EINVAL);
    EXPECT_EQ(error_of(::lseek(node.get(), 0, SEEK_END)), ESPIPE);
}

} // namespace
} // namespace uapi
