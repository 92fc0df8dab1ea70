// SPDX-License-Identifier: MIT
//
// A buffer lives until its last reference is dropped, in any order, and no longer.
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <sstream>
#include <string>

namespace uapi {
namespace {

void send_fd(const UniqueFd& socket, const UniqueFd& fd) {
    char byte = 0;
    iovec data{.iov_base = &byte, .iov_len = 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = fd.get();
    std::memcpy(CMSG_DATA(header), &number, sizeof(number));
    ASSERT_EQ(::sendmsg(socket.get(), &message, 0), 1);
}

UniqueFd receive_fd(const UniqueFd& socket) {
    char byte = 0;
    iovec data{.iov_base = &byte, .iov_len = 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    if (::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC) != 1) {
        return {};
    }
    int number = -1;
    std::memcpy(&number, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(number));
    return UniqueFd(number);
}

class Lifetime : public testing::Test {
protected:
    void TearDown() override {
        node_.reset();
        EXPECT_EQ(stat_once("bytes", before_), before_) << "memory was not given back";
    }

    long before_ = stat("bytes");
    UniqueFd node_ = open_node();
};

TEST_F(Lifetime, FdGivesTheMemoryBack) {
    UniqueFd buffer = allocate(node_, 3 * mib);
    EXPECT_EQ(stat("bytes"), before_ + static_cast<long>(3 * mib));
    buffer.reset();
    EXPECT_EQ(stat_once("bytes", before_), before_) << "although the node is open";
}

TEST_F(Lifetime, MappingOutlivesFdAndNode) {
    UniqueFd buffer = allocate(node_, 3 * mib);
    const Map map(buffer, 3 * mib);
    buffer.reset();
    node_.reset();
    stamp(map.begin(), map.size(), 50); // the pages are touched only now
    EXPECT_EQ(first_wrong(map.begin(), map.size(), 50), -1);
}

TEST_F(Lifetime, FdOutlivesMappingAndNode) {
    const UniqueFd buffer = allocate(node_, 3 * mib);
    {
        const Map map(buffer, 3 * mib);
        stamp(map.begin(), map.size(), 51);
    }
    node_.reset();
    const Map again(buffer, 3 * mib);
    EXPECT_EQ(first_wrong(again.begin(), again.size(), 51), -1);
}

TEST_F(Lifetime, NodeOutlivesAllElse) {
    for (int i = 0; i < 100; ++i) {
        const UniqueFd buffer = allocate(node_, page);
        const Map map(buffer, page);
        *map.begin() = std::byte{1};
    }
    EXPECT_EQ(stat_once("bytes", before_), before_);
}

TEST_F(Lifetime, DuplicateIsEnough) {
    UniqueFd buffer = allocate(node_, page);
    const UniqueFd duplicate = buffer.duplicate();
    {
        const Map map(buffer, page);
        stamp(map.begin(), page, 52);
    }
    buffer.reset();
    const Map map(duplicate, page);
    EXPECT_EQ(first_wrong(map.begin(), page, 52), -1);
}

TEST_F(Lifetime, PartOfAMappingIsEnough) {
    UniqueFd buffer = allocate(node_, 3 * large);
    Map map(buffer, 3 * large);
    stamp(map.begin(), map.size(), 53);
    buffer.reset();
    ASSERT_EQ(::munmap(map.begin(), 2 * large), 0);
    ASSERT_EQ(::munmap(map.at(2 * large + page), large - page), 0);
    EXPECT_EQ(first_wrong(map.at(2 * large), page, 53, 2 * large / page), -1);
    EXPECT_EQ(stat("bytes"), before_ + static_cast<long>(3 * large));
    ASSERT_EQ(::munmap(map.at(2 * large), page), 0);
    map.forget();
    EXPECT_EQ(stat_once("bytes", before_), before_);
}

TEST_F(Lifetime, FdInASocketIsEnough) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const UniqueFd left(ends[0]);
    const UniqueFd right(ends[1]);
    UniqueFd buffer = allocate(node_, large);
    {
        const Map map(buffer, large);
        stamp(map.begin(), large, 54);
    }
    send_fd(left, buffer);
    buffer.reset();
    const UniqueFd received = receive_fd(right);
    ASSERT_TRUE(received);
    const Map map(received, large);
    EXPECT_EQ(first_wrong(map.begin(), large, 54), -1);
}

TEST_F(Lifetime, FdLostInASocketIsFreed) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    UniqueFd left(ends[0]);
    UniqueFd right(ends[1]);
    UniqueFd buffer = allocate(node_, large);
    send_fd(left, buffer);
    buffer.reset();
    left.reset();
    right.reset();
    EXPECT_EQ(stat_once("bytes", before_), before_);
}

TEST_F(Lifetime, AnotherProcessReadsAndWrites) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const UniqueFd ours(ends[0]);
    const UniqueFd theirs(ends[1]);
    const int status = in_child([&] {
        // Allocated after the fork, so that nothing but the message gives it to the parent.
        const UniqueFd buffer = allocate(node_, large);
        const Map map(buffer, large);
        stamp(map.begin(), large, 55);
        send_fd(theirs, buffer);
        return 0;
    });
    ASSERT_EQ(status, 0);
    const UniqueFd buffer = receive_fd(ours);
    ASSERT_TRUE(buffer);
    const Map map(buffer, large);
    EXPECT_EQ(first_wrong(map.begin(), large, 55), -1) << "the process that made it has exited";
}

TEST_F(Lifetime, ChildOutlivesTheParentsMapping) {
    UniqueFd buffer = allocate(node_, large);
    int go[2];
    ASSERT_EQ(::pipe2(go, O_CLOEXEC), 0);
    const UniqueFd wait_end(go[0]);
    UniqueFd go_end(go[1]);
    pid_t child = 0;
    {
        const Map map(buffer, large);
        stamp(map.begin(), large, 56);
        child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            go_end.reset();
            buffer.reset();
            char byte = 0;
            if (::read(wait_end.get(), &byte, 1) != 0) {
                ::_exit(1);
            }
            ::_exit(first_wrong(map.begin(), large, 56) == -1 ? 0 : 2);
        }
    }
    buffer.reset();
    node_.reset();
    go_end.reset(); // nothing of the parent's is left
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST_F(Lifetime, ExitWithEverythingOpen) {
    const int status = in_child([&] {
        UniqueFd node = open_node();
        UniqueFd buffer = allocate(node, 5 * mib);
        void* memory =
            ::mmap(nullptr, 5 * mib, PROT_READ | PROT_WRITE, MAP_SHARED, buffer.get(), 0);
        std::memset(memory, 1, 5 * mib);
        (void)node.release();
        (void)buffer.release();
        return 0;
    });
    EXPECT_EQ(status, 0);
}

TEST_F(Lifetime, KilledWithEverythingOpen) {
    const int status = in_child([&] {
        const UniqueFd node = open_node();
        const UniqueFd buffer = allocate(node, 5 * mib);
        const Map map(buffer, 5 * mib);
        std::memset(map.begin(), 1, 5 * mib);
        ::raise(SIGKILL);
        return 0;
    });
    EXPECT_TRUE(WIFSIGNALED(status));
}

TEST_F(Lifetime, FailedAllocationsGiveAllBack) {
    void* memory =
        ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    *static_cast<dma_heap_allocation_data*>(memory) = request(5 * mib);
    ASSERT_EQ(::mprotect(memory, page, PROT_READ), 0);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(error_of(::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, memory)), EFAULT);
    }
    ::munmap(memory, page);
    EXPECT_EQ(stat_once("bytes", before_), before_);
}

/// Bytes in chunks, of buffers that exist and of one that is being made.
long bytes_in_chunks() {
    std::istringstream figures(read_text("/sys/kernel/debug/dmabuf_exporter/stats"));
    const std::string chunks = "chunks_order_";
    std::string name;
    long sum = 0;
    for (long value = 0; figures >> name >> value;) {
        if (name.starts_with(chunks)) {
            sum += value * static_cast<long>(page << std::stoul(name.substr(chunks.size())));
        }
    }
    return sum;
}

/// The child is killed when it has been given a part of the memory, and is not given the rest. An
/// attempt proves nothing if the child had all of it before the signal came.
TEST_F(Lifetime, FatalSignalEndsALongAllocation) {
    const long before = bytes_in_chunks();
    const long allocations = stat("allocations");
    long finished = 0;
    for (bool stopped = false; !stopped && finished < 10;) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            dma_heap_allocation_data data = request(400 * mib);
            ::_exit(error_of(::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, &data)));
        }
        int status = 0;
        pid_t ended = 0;
        while (ended == 0 && bytes_in_chunks() < before + static_cast<long>(16 * mib)) {
            ended = ::waitpid(child, &status, WNOHANG);
        }
        ::kill(child, SIGKILL);
        if (ended == 0) {
            ASSERT_EQ(::waitpid(child, &status, 0), child);
        }
        ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "it was refused";
        stopped = stat("allocations") == allocations + finished;
        finished += stopped ? 0 : 1;
    }
    EXPECT_LT(finished, 10) << "each allocation went on to the end";
    EXPECT_EQ(bytes_in_chunks(), before);
}

} // namespace
} // namespace uapi
