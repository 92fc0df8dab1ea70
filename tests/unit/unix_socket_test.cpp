// SPDX-License-Identifier: MIT
// Messages and file descriptors between two ends, either of which may close at any time.
#include "parallax/ipc/unix_socket.hpp"
#include "support/fds.hpp"

#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <latch>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace parallax {
namespace {

using test::TemporaryFolder;

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

std::string text_of(const Datagram& datagram) {
    std::string text;
    for (const std::byte byte : datagram.bytes) {
        text += static_cast<char>(byte);
    }
    return text;
}

int errno_of(auto&& attempt) {
    try {
        attempt();
    } catch (const std::system_error& error) {
        return error.code().value();
    }
    return 0;
}

TEST(UnixSocket, KeepsMessagesApart) {
    const auto [left, right] = UnixSocket::pair();
    EXPECT_TRUE(left.send(bytes_of("one")));
    EXPECT_TRUE(left.send(bytes_of("two")));
    EXPECT_EQ(text_of(*right.receive()), "one");
    EXPECT_EQ(text_of(*right.receive()), "two");
}

TEST(UnixSocket, CarriesFileDescriptorsThatTheReceiverOwns) {
    const auto [left, right] = UnixSocket::pair();
    const UniqueFd file(::memfd_create("carried", MFD_CLOEXEC));
    const int before = test::count_open_fds();
    {
        ASSERT_TRUE(left.send(bytes_of("x"), std::array{file.get(), file.get()}));
        const auto datagram = right.receive();
        ASSERT_TRUE(datagram);
        ASSERT_EQ(datagram->fds.size(), 2);
        EXPECT_EQ(test::count_open_fds(), before + 2);
        EXPECT_EQ(::fcntl(datagram->fds[0].get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        struct stat sent{}, received{};
        ::fstat(file.get(), &sent);
        ::fstat(datagram->fds[1].get(), &received);
        EXPECT_EQ(sent.st_ino, received.st_ino);
    }
    EXPECT_EQ(test::count_open_fds(), before);
}

TEST(UnixSocket, SaysWhenTheOtherEndIsGone) {
    auto [left, right] = UnixSocket::pair();
    {
        const UnixSocket gone = std::move(right);
    }
    EXPECT_FALSE(left.send(bytes_of("x")));
    EXPECT_FALSE(left.receive());
}

TEST(UnixSocket, WhatWasSentBeforeTheEndStillArrives) {
    auto [left, right] = UnixSocket::pair();
    ASSERT_TRUE(right.send(bytes_of("last words")));
    {
        const UnixSocket gone = std::move(right);
    }
    EXPECT_EQ(text_of(*left.receive()), "last words");
    EXPECT_FALSE(left.receive());
}

TEST(UnixSocket, WhatWasSentBeforeAResetStillArrives) {
    auto [left, right] = UnixSocket::pair();
    ASSERT_TRUE(left.send(bytes_of("never read")));
    ASSERT_TRUE(right.send(bytes_of("last")));
    ASSERT_TRUE(right.send(bytes_of("words")));
    {
        const UnixSocket gone = std::move(right);
    }
    EXPECT_EQ(text_of(*left.receive()), "last");
    EXPECT_EQ(text_of(*left.receive()), "words");
    EXPECT_FALSE(left.receive());
}

TEST(UnixSocket, EmptyMessageIsTheEndAndItsFdsAreClosed) {
    const auto [left, right] = UnixSocket::pair();
    const UniqueFd file(::memfd_create("carried", MFD_CLOEXEC));
    const int before = test::count_open_fds();
    msghdr message{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* const part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    const int fd = file.get();
    std::ranges::copy(std::as_bytes(std::span(&fd, 1)),
                      reinterpret_cast<std::byte*>(CMSG_DATA(part)));
    ASSERT_EQ(::sendmsg(left.fd(), &message, 0), 0);
    EXPECT_FALSE(right.receive());
    EXPECT_EQ(test::count_open_fds(), before);
}

TEST(UnixSocket, ReceiveHasALimit) {
    const auto [left, right] = UnixSocket::pair();
    EXPECT_EQ(errno_of([&] { static_cast<void>(right.receive(std::chrono::milliseconds(1))); }),
              ETIMEDOUT);
}

TEST(UnixSocket, PeerThatReadsNothingCountsAsGone) {
    const auto [left, right] = UnixSocket::pair();
    bool took = true;
    for (int i = 0; i < 100'000 && took; ++i) {
        took = left.send(bytes_of("are you there?"));
    }
    EXPECT_FALSE(took);
}

TEST(UnixSocket, TooLongAMessageIsRefusedAndItsFdsAreClosed) {
    const auto [left, right] = UnixSocket::pair();
    const std::vector<std::byte> longer(UnixSocket::largest_message + 1);
    EXPECT_THROW(static_cast<void>(left.send(longer)), std::invalid_argument);
    ASSERT_EQ(::send(left.fd(), longer.data(), longer.size(), 0),
              static_cast<ssize_t>(longer.size()));
    EXPECT_THROW(static_cast<void>(right.receive()), std::runtime_error);
}

TEST(UnixSocket, TooManyFdsAreRefusedAndClosed) {
    const auto [left, right] = UnixSocket::pair();
    const UniqueFd file(::memfd_create("carried", MFD_CLOEXEC));
    const int before = test::count_open_fds();
    std::array<int, UnixSocket::most_fds + 3> fds{};
    fds.fill(file.get());
    EXPECT_THROW(static_cast<void>(left.send(bytes_of("x"), fds)), std::invalid_argument);

    iovec data{.iov_base = fds.data(), .iov_len = 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(fds))> room{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* const part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(fds));
    std::ranges::copy(std::as_bytes(std::span(fds)), reinterpret_cast<std::byte*>(CMSG_DATA(part)));
    ASSERT_EQ(::sendmsg(left.fd(), &message, 0), 1);
    EXPECT_THROW(static_cast<void>(right.receive()), std::runtime_error);
    EXPECT_EQ(test::count_open_fds(), before);
}

TEST(UnixSocket, KnowsItsPeer) {
    const auto [left, right] = UnixSocket::pair();
    EXPECT_EQ(left.peer().pid, ::getpid());
    EXPECT_EQ(left.peer().uid, ::geteuid());
}

TEST(Peer, OfAnotherPidNamespaceIsNoProcessOfThisOne) {
    EXPECT_EQ((Peer{.pid = 7, .uid = 1000}).name(), "process 7");
    EXPECT_EQ((Peer{.pid = 0, .uid = 1000}).name(),
              "a process of user 1000 in another PID namespace");
}

TEST(UnixListener, IsOpenedToWhomItsMakerWants) {
    const TemporaryFolder folder;
    const UnixListener listener(folder.path() / "s", {.mode = 0660, .group = ::getegid()});
    struct stat status{};
    ASSERT_EQ(::lstat((folder.path() / "s").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
    EXPECT_EQ(status.st_gid, ::getegid());
}

TEST(UnixSocket, ConnectSaysThatNobodyListens) {
    const TemporaryFolder folder;
    EXPECT_EQ(errno_of([&] { static_cast<void>(UnixSocket::connect(folder.path() / "none")); }),
              ENOENT);
}

TEST(UnixListener, IsTheUsersOwnWhateverTheUmask) {
    const TemporaryFolder folder;
    const mode_t before = ::umask(0);
    const UnixListener listener(folder.path() / "socket");
    ::umask(before);
    struct stat status{};
    ASSERT_EQ(::stat((folder.path() / "socket").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(UnixListener, LetsOthersInAndRemovesItsNameAtTheEnd) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    {
        const UnixListener listener(path);
        const UnixSocket client = UnixSocket::connect(path);
        const UnixSocket server = *listener.accept();
        EXPECT_TRUE(server.send(bytes_of("welcome")));
        EXPECT_EQ(text_of(*client.receive()), "welcome");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(UnixListener, DoesNotTakeTheNameOfALivingOne) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    const UnixListener first(path);
    EXPECT_EQ(errno_of([&] { const UnixListener second(path); }), EADDRINUSE);
    EXPECT_TRUE(std::filesystem::exists(path)) << "the second must not remove the first one's name";
}

/// Leaves a socket at which no process listens.
void leave_behind(const std::filesystem::path& path) {
    const UniqueFd dead(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::ranges::copy(path.native(), address.sun_path);
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
}

TEST(UnixListener, TakesOverTheNameOfADeadOne) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    leave_behind(path); // as a process that was killed does
    ASSERT_TRUE(std::filesystem::exists(path));
    const UnixListener listener(path);
    const UnixSocket client = UnixSocket::connect(path);
    EXPECT_TRUE(client.send(bytes_of("x")));
}

TEST(UnixListener, OfManyAtOnceOneGetsTheName) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    for (int round = 0; round < 300; ++round) {
        leave_behind(path);
        std::array<std::optional<UnixListener>, 4> all;
        std::latch together(all.size());
        {
            std::vector<std::jthread> threads;
            for (auto& one : all) {
                threads.emplace_back([&] {
                    together.arrive_and_wait();
                    EXPECT_THAT(errno_of([&] { one.emplace(path); }),
                                testing::AnyOf(0, EADDRINUSE));
                });
            }
        }
        ASSERT_EQ(std::ranges::count_if(all, &std::optional<UnixListener>::has_value), 1);
        EXPECT_NO_THROW(static_cast<void>(UnixSocket::connect(path)));
    }
}

TEST(UnixListener, WaitsNotForEverForAFolderThatSomebodyKeepsLocked) {
    const TemporaryFolder folder;
    const UniqueFd locked(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_EQ(::flock(locked.get(), LOCK_EX), 0);
    const UnixListener listener(folder.path() / "socket");
    EXPECT_NO_THROW(static_cast<void>(UnixSocket::connect(folder.path() / "socket")));
}

/// Runs in a process of another user, who may create files in the folder, but not remove those of
/// others.
std::string failure_of_another_user(const std::filesystem::path& path) {
    std::filesystem::permissions(path.parent_path(), std::filesystem::perms(01777));
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    const UniqueFd reading(ends[0]);
    UniqueFd writing(ends[1]);
    const pid_t pid = ::fork();
    if (pid == 0) {
        constexpr uid_t nobody = 65534;
        std::string why = "no failure";
        try {
            if (::setresuid(nobody, nobody, nobody) == 0) {
                const UnixListener listener(path);
            }
        } catch (const std::system_error& error) {
            why = error.what();
        }
        ::_exit(::write(writing.get(), why.data(), why.size()) > 0 ? 0 : 1);
    }
    writing.reset();
    std::array<char, 512> why{};
    const ssize_t length = ::read(reading.get(), why.data(), why.size());
    ::waitpid(pid, nullptr, 0);
    return {why.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

TEST(UnixListener, SaysThatTheNameIsAnothersAndWhetherItIsInUse) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can try as another user";
    }
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    {
        const UnixListener listener(path);
        EXPECT_THAT(failure_of_another_user(path),
                    testing::HasSubstr("may not check whether a process listens"));
    }
    leave_behind(path);
    std::filesystem::permissions(path, std::filesystem::perms(0666));
    EXPECT_THAT(failure_of_another_user(path),
                testing::HasSubstr("left behind by a process that is gone, and cannot be removed"));
}

/// Fills the listener's queue with connections.
std::vector<UnixSocket> fill_queue(const std::filesystem::path& path) {
    std::vector<UnixSocket> waiting;
    const int error = errno_of([&] {
        for (int i = 0; i < 10'000; ++i) {
            waiting.push_back(UnixSocket::connect(path));
        }
    });
    EXPECT_EQ(error, EAGAIN);
    return waiting;
}

TEST(UnixListener, WithAFullQueueKeepsNoOneWaiting) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    const UnixListener listener(path);
    const std::vector<UnixSocket> waiting = fill_queue(path);
    EXPECT_EQ(errno_of([&] { const UnixListener second(path); }), EADDRINUSE);
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(UnixListener, WithoutAFreeFdAcceptsLater) {
    const TemporaryFolder folder;
    const UnixListener listener(folder.path() / "socket");
    const UnixSocket client = UnixSocket::connect(folder.path() / "socket");
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur =
        static_cast<rlim_t>(UniqueFd(::dup(listener.fd())).get()); // the lowest free one
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    EXPECT_FALSE(listener.accept());
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(listener.accept());
}

TEST(UnixListener, AcceptHasALimit) {
    const TemporaryFolder folder;
    const UnixListener listener(folder.path() / "socket");
    EXPECT_EQ(errno_of([&] { static_cast<void>(listener.accept(std::chrono::milliseconds(1))); }),
              ETIMEDOUT);
}

TEST(UnixListener, LeavesAFileOfThatNameAlone) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "file";
    std::ofstream(path) << "precious";
    EXPECT_EQ(errno_of([&] { const UnixListener listener(path); }), EEXIST);
    EXPECT_EQ(std::filesystem::file_size(path), 8);
}

TEST(UnixListener, RefusesAPathThatIsTooLong) {
    const std::filesystem::path path(std::string(200, 'x'));
    EXPECT_EQ(errno_of([&] { const UnixListener listener(path); }), ENAMETOOLONG);
}

TEST(UnixListener, LeavesTheNameToOneThatTookItMeanwhile) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    std::optional<UnixListener> first(path);
    std::filesystem::remove(path);
    const UnixListener second(path);
    first.reset();
    EXPECT_TRUE(std::filesystem::exists(path));
}

} // namespace
} // namespace parallax
