// SPDX-License-Identifier: MIT
//
// The contract of the tutorial: ioctl number 0 and mmap() of the node.
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <sys/personality.h>

#include <cstring>
#include <format>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

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
    const int next = next_fd();
    EXPECT_EQ(error_of(::ioctl(node.get(), EXPORTER_IOCTL_HELLO, nullptr)), EFAULT);
    EXPECT_EQ(next_fd(), next);
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

/// The node is a second way to the same memory, and permits what the dma-buf's own fd permits.
TEST(NodeMapping, PermitsWhatTheFdPermits) {
    const UniqueFd node = open_node();
    for (const unsigned access : {O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE}) {
        const UniqueFd buffer = allocate(node, 2 * page, access | O_CLOEXEC);
        for (int protection = PROT_NONE; protection <= (PROT_READ | PROT_WRITE | PROT_EXEC);
             ++protection) {
            for (const int flags : {MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE}) {
                for (const std::size_t offset : {std::size_t{0}, page, 2 * page}) {
                    SCOPED_TRACE(testing::Message()
                                 << "access mode " << access << ", protection " << protection
                                 << ", flags " << flags << ", offset " << offset);
                    const Map::Where where{
                        .offset = offset, .protection = protection, .flags = flags};
                    const int error = map_error(buffer.get(), page, where);
                    EXPECT_EQ(map_error(node.get(), page, where), error);
                    if (error != 0) {
                        continue;
                    }
                    const Map map(buffer, page, where);
                    const Map of_node(node, page, where);
                    for (const int later : {PROT_READ, PROT_READ | PROT_WRITE, PROT_EXEC}) {
                        EXPECT_EQ(error_of(::mprotect(of_node.begin(), page, later)),
                                  error_of(::mprotect(map.begin(), page, later)))
                            << "then " << later;
                    }
                }
            }
        }
    }
}

/// A path holds the directory entry of a dma-buf, and so puts off its release, but not its file.
/// The protection of the mapping that begins at @p address, as /proc/self/maps has it.
std::string protection_of(const std::byte* address) {
    std::istringstream maps(read_text("/proc/self/maps"));
    const std::string start = std::format("{:x}-", reinterpret_cast<std::uintptr_t>(address));
    for (std::string range, protection; maps >> range >> protection;) {
        maps.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
        if (range.starts_with(start)) {
            return protection;
        }
    }
    return {};
}

/// Old programs with an executable stack have it: reading implies executing.
TEST(NodeMapping, IsThatOfTheFdWhereReadingImpliesExecuting) {
    const int status = in_child([] {
        ::personality(static_cast<unsigned long>(::personality(0xffffffff)) | READ_IMPLIES_EXEC);
        const UniqueFd node = open_node();
        for (const unsigned access : {O_RDONLY, O_RDWR}) {
            const UniqueFd buffer = allocate(node, page, access | O_CLOEXEC);
            const Map::Where where{.protection = PROT_READ};
            const Map map(buffer, page, where);
            const Map of_node(node, page, where);
            EXPECT_EQ(protection_of(of_node.begin()), protection_of(map.begin()));
            EXPECT_EQ(error_of(::mprotect(of_node.begin(), page, PROT_EXEC)),
                      error_of(::mprotect(map.begin(), page, PROT_EXEC)));
        }
        return testing::Test::HasFailure() ? 1 : 0;
    });
    EXPECT_EQ(status, 0);
}

TEST(NodeMapping, IsSafeWhileAPathHoldsTheBuffer) {
    constexpr int count = 32;
    std::vector<UniqueFd> nodes;
    std::vector<UniqueFd> paths;
    for (int i = 0; i < count; ++i) {
        nodes.push_back(open_node());
        const UniqueFd buffer = allocate(nodes.back(), page);
        const std::string path = "/proc/self/fd/" + std::to_string(buffer.get());
        paths.emplace_back(::open(path.c_str(), O_PATH | O_CLOEXEC));
        ASSERT_TRUE(paths.back());
    }
    std::vector<UniqueFd> others; // files in the place of those that are gone
    for (int i = 0; i < 16 * count; ++i) {
        others.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    const long bytes = stat("bytes");
    {
        std::vector<std::unique_ptr<Map>> maps;
        for (int i = 0; i < count; ++i) {
            maps.push_back(std::make_unique<Map>(nodes.at(i), page));
            stamp(maps.back()->begin(), page, 1000 + i);
        }
        paths.clear();
        EXPECT_EQ(stat("bytes"), bytes) << "what is mapped was freed";
        for (int i = 0; i < count; ++i) {
            EXPECT_EQ(first_wrong(maps.at(i)->begin(), page, 1000 + i), -1) << "buffer " << i;
        }
    }
    EXPECT_EQ(stat_once("bytes", bytes - static_cast<long>(count * page)),
              bytes - static_cast<long>(count * page));
    for (const UniqueFd& node : nodes) {
        EXPECT_EQ(map_error(node.get(), page, {}), ENXIO);
    }
}

TEST(NodeMapping, MapsTheSamePagesAsTheFdAndOutlivesIt) {
    UniqueFd node = open_node();
    UniqueFd buffer = allocate(node, 3 * mib);
    Map map(buffer, 3 * mib);
    const Map of_node(node, 3 * mib);
    stamp(map.begin(), map.size(), 8);
    EXPECT_EQ(first_wrong(of_node.begin(), of_node.size(), 8), -1);
    ASSERT_EQ(::munmap(map.begin(), map.size()), 0);
    map.forget();
    buffer.reset();
    node.reset();
    EXPECT_EQ(first_wrong(of_node.begin(), of_node.size(), 8), -1);
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
