// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/unique_fd.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace parallax {
namespace {

UniqueFd open_something() {
    return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

TEST(UniqueFd, HoldsNothingByDefault) {
    const UniqueFd none;
    EXPECT_FALSE(none);
    EXPECT_EQ(none.get(), -1);
}

TEST(UniqueFd, ClosesAtTheEndOfItsLife) {
    int number = -1;
    {
        const UniqueFd fd = open_something();
        number = fd.get();
        ASSERT_TRUE(is_open(number));
    }
    EXPECT_FALSE(is_open(number));
}

TEST(UniqueFd, MoveConstructionHandsOver) {
    UniqueFd from = open_something();
    const int number = from.get();
    const UniqueFd to = std::move(from);
    EXPECT_FALSE(from); // NOLINT(bugprone-use-after-move): the state after a move is what is tested
    EXPECT_EQ(to.get(), number);
    EXPECT_TRUE(is_open(number));
}

TEST(UniqueFd, MoveAssignmentClosesWhatWasHeld) {
    UniqueFd from = open_something();
    UniqueFd to = open_something();
    const int kept = from.get();
    const int closed = to.get();
    to = std::move(from);
    EXPECT_EQ(to.get(), kept);
    EXPECT_TRUE(is_open(kept));
    EXPECT_FALSE(is_open(closed));
}

TEST(UniqueFd, AssignmentToItselfKeepsTheFd) {
    UniqueFd fd = open_something();
    const int number = fd.get();
    UniqueFd& same = fd;
    fd = std::move(same);
    EXPECT_EQ(fd.get(), number);
    EXPECT_TRUE(is_open(number));
}

TEST(UniqueFd, ReleaseGivesTheFdUpUnclosed) {
    UniqueFd fd = open_something();
    const UniqueFd owner(fd.release());
    EXPECT_FALSE(fd);
    EXPECT_TRUE(is_open(owner.get()));
}

TEST(UniqueFd, ResetKeepsErrno) {
    UniqueFd fd = open_something();
    errno = ENOSPC;
    fd.reset();
    EXPECT_EQ(errno, ENOSPC);
}

TEST(UniqueFd, DuplicateIsAnotherNumberAndCloseOnExec) {
    const UniqueFd fd = open_something();
    const UniqueFd copy = fd.duplicate();
    EXPECT_NE(copy.get(), fd.get());
    EXPECT_EQ(::fcntl(copy.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(UniqueFd, DuplicateOfNothingThrows) {
    EXPECT_THROW(static_cast<void>(UniqueFd().duplicate()), std::system_error);
}

} // namespace
} // namespace parallax
