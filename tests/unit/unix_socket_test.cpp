// SPDX-License-Identifier: MIT
// Messages and file descriptors between two ends, either of which may go at any time.
#include "parallax/unix_socket.hpp"

#include "temporary_folder.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

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

std::ptrdiff_t open_fds() {
    const std::filesystem::directory_iterator fds("/proc/self/fd");
    return std::distance(begin(fds), end(fds));
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
    const std::ptrdiff_t before = open_fds();
    {
        ASSERT_TRUE(left.send(bytes_of("x"), std::array{file.get(), file.get()}));
        const auto datagram = right.receive();
        ASSERT_TRUE(datagram);
        ASSERT_EQ(datagram->fds.size(), 2);
        EXPECT_EQ(open_fds(), before + 2);
        EXPECT_EQ(::fcntl(datagram->fds[0].get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        struct stat sent{}, received{};
        ::fstat(file.get(), &sent);
        ::fstat(datagram->fds[1].get(), &received);
        EXPECT_EQ(sent.st_ino, received.st_ino);
    }
    EXPECT_EQ(open_fds(), before);
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
    const std::ptrdiff_t before = open_fds();
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
    EXPECT_EQ(open_fds(), before);
}

TEST(UnixSocket, KnowsItsPeer) {
    const auto [left, right] = UnixSocket::pair();
    EXPECT_EQ(left.peer().pid, ::getpid());
    EXPECT_EQ(left.peer().uid, ::geteuid());
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
        const UnixSocket server = listener.accept();
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

TEST(UnixListener, TakesOverTheNameOfADeadOne) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    { // as a process that was killed leaves it
        const UniqueFd dead(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        std::ranges::copy(path.native(), address.sun_path);
        ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    }
    ASSERT_TRUE(std::filesystem::exists(path));
    const UnixListener listener(path);
    const UnixSocket client = UnixSocket::connect(path);
    EXPECT_TRUE(client.send(bytes_of("x")));
}

TEST(UnixListener, LeavesAFileOfThatNameAlone) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "file";
    std::ofstream(path) << "precious";
    EXPECT_EQ(errno_of([&] { const UnixListener listener(path); }), EEXIST);
    EXPECT_EQ(std::filesystem::file_size(path), 8);
}

TEST(UnixListener, RefusesAPathThatIsTooLong) {
    EXPECT_EQ(errno_of([] { const UnixListener listener("/tmp/" + std::string(200, 'x')); }),
              ENAMETOOLONG);
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
