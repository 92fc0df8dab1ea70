// SPDX-License-Identifier: MIT
#include "files/write_file.hpp"

#include "support/temporary_folder.hpp"

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <thread>

namespace parallax {
namespace {

/// During its life, writing past @p bytes of any file fails (EFBIG).
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limited{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limited);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    FileSizeLimit(FileSizeLimit&&) = delete;
    FileSizeLimit& operator=(FileSizeLimit&&) = delete;
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::ptrdiff_t files_in(const std::filesystem::path& folder) {
    const std::filesystem::directory_iterator entries(folder);
    return std::distance(begin(entries), end(entries));
}

TEST(WriteFile, MakesTheFolderAndReplacesWhatWasThere) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "new" / "file.txt";
    write_file(file, std::string("one"));
    write_file(file, std::string("two"));
    EXPECT_EQ(content(file), "two");
    EXPECT_EQ(files_in(file.parent_path()), 1);
}

TEST(WriteFile, ThatFailsNamesTheFileAndLeavesNothing) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "taken";
    std::filesystem::create_directory(file); // a folder cannot be replaced by a file
    try {
        write_file(file, std::string("text"));
        FAIL() << "wrote over a folder";
    } catch (const std::system_error& error) {
        EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos);
    }
    EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(WriteFile, WhoseFolderCannotBeMadeNamesTheFile) {
    const test::TemporaryFolder folder;
    write_file(folder.path() / "taken", std::string("text")); // a file cannot be a folder
    const auto file = folder.path() / "taken" / "more" / "file";
    try {
        write_file(file, std::string("text"));
        FAIL() << "wrote into a file as if it were a folder";
    } catch (const std::system_error& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("cannot write " + file.string()))
            << error.what();
    }
}

TEST(WriteFile, KeepsTheMode) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "secret";
    write_file(file, std::string("one"));
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    write_file(file, std::string("two"));
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms::owner_read);
    EXPECT_EQ(content(file), "two");
}

TEST(WriteFile, GivesANewFileWhatTheUmaskLeaves) {
    const test::TemporaryFolder folder;
    const mode_t before = ::umask(027);
    write_file(folder.path() / "file", std::string("text"));
    ::umask(before);
    struct stat status{};
    ASSERT_EQ(::stat((folder.path() / "file").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(WriteFile, FollowsLinksToTheirEnd) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "deep" / "file";
    std::filesystem::create_directory(file.parent_path());
    std::filesystem::create_symlink("deep/file", folder.path() / "link");
    std::filesystem::create_symlink(folder.path() / "link", folder.path() / "chain");
    for (const char* text : {"nothing there yet", "something there"}) {
        write_file(folder.path() / "chain", std::string(text));
        EXPECT_EQ(content(file), text);
    }
    EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "link"));
    EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "chain"));
    EXPECT_FALSE(std::filesystem::is_symlink(file));
}

TEST(WriteFile, LinksInACircleAreAnError) {
    const test::TemporaryFolder folder;
    std::filesystem::create_symlink("b", folder.path() / "a");
    std::filesystem::create_symlink("a", folder.path() / "b");
    EXPECT_THROW(write_file(folder.path() / "a", std::string("text")), std::system_error);
    EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "a"));
    EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "b"));
}

TEST(WriteFile, WritesToADeviceInPlace) {
    write_file("/dev/null", std::string("text"));
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
    try {
        write_file("/dev/full", std::string("text"));
        FAIL() << "wrote to a full device";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code().value(), ENOSPC);
    }
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST(WriteFile, WritesToAFifoInPlace) {
    const test::TemporaryFolder folder;
    const auto fifo = folder.path() / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const std::string text(1'000'000, 'x'); // more than a pipe holds
    std::string seen;
    {
        const std::jthread reader([&] { seen = content(fifo); });
        write_file(fifo, text);
    }
    EXPECT_EQ(seen, text);
    EXPECT_TRUE(std::filesystem::is_fifo(fifo));
}

/// Like /dev/stdout, which is a link to /proc/self/fd/1.
TEST(WriteFile, WritesToWhatThisProcessHasOpenWhereItStands) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "file";
    const UniqueFd open(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(::write(open.get(), "before ", 7), 7);
    const auto link = folder.path() / "link";
    std::filesystem::create_symlink(text::format("/proc/self/fd/{}", open.get()), link);
    write_file(link, std::string("between "));
    ASSERT_EQ(::write(open.get(), "after", 5), 5);
    EXPECT_EQ(content(file), "before between after");

    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const UniqueFd reading(ends[0]);
    const UniqueFd writing(ends[1]);
    write_file(text::format("/dev/fd/{}", writing.get()), std::string("text"));
    std::array<char, 8> seen{};
    EXPECT_EQ(::read(reading.get(), seen.data(), seen.size()), 4);
}

TEST(WriteFile, WhatIsNoNumberIsNoFdOfThisProcess) {
    for (const char* file : {"/dev/fd/1x", "/dev/fd/x", "/dev/fd/99999999999"}) {
        EXPECT_THROW(write_file(file, std::string("text")), std::system_error) << file;
    }
}

TEST(WriteFile, OfAProcessThatIsKilledLeavesNothing) {
    const test::TemporaryFolder folder;
    const pid_t writer = ::fork();
    if (writer == 0) {
        const rlimit limited{.rlim_cur = 4, .rlim_max = 4};
        ::setrlimit(RLIMIT_FSIZE, &limited);
        const rlimit no_core{};
        ::setrlimit(RLIMIT_CORE, &no_core);
        write_file(folder.path() / "file", std::string("the fifth letter kills"));
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ) << status;
    const UniqueFd nameless(::open(folder.path().c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600));
    EXPECT_EQ(files_in(folder.path()), nameless ? 0 : 1); // 1 where no file is without a name
}

TEST(WriteFile, ToAFullDiskLeavesNothing) {
    const test::TemporaryFolder folder;
    const FileSizeLimit limit(0);
    EXPECT_THROW(write_file(folder.path() / "file", std::string("text")), std::system_error);
    EXPECT_EQ(files_in(folder.path()), 0);
}

} // namespace
} // namespace parallax
