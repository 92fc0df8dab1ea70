// SPDX-License-Identifier: MIT
#include "files/read_file.hpp"

#include "support/temporary_folder.hpp"

#include "files/write_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace parallax {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

std::string message_of(const std::filesystem::path& file) {
    try {
        static_cast<void>(read_file(file, mebibyte));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no error";
}

TEST(ReadFile, GivesEveryByte) {
    const test::TemporaryFolder folder;
    std::string content;
    for (int i = 0; i < 200'000; ++i) {
        content += static_cast<char>(i * 7);
    }
    for (const std::size_t length : {0U, 1U, 65'536U, 200'000U}) {
        write_file(folder.path() / "file", std::span(content).first(length));
        EXPECT_EQ(read_file(folder.path() / "file", mebibyte), content.substr(0, length));
    }
}

TEST(ReadFile, ThatCannotBeReadIsNamedWithTheReason) {
    EXPECT_EQ(message_of("/nowhere/file"),
              "/nowhere/file cannot be read: No such file or directory");
    EXPECT_EQ(message_of("/tmp"), "/tmp cannot be read: Is a directory");
}

TEST(ReadFile, WithoutAnEndIsRefused) {
    EXPECT_EQ(message_of("/dev/zero"), "/dev/zero is larger than 1 MiB, the most that is read");
}

TEST(ReadFile, ReadsAFifoToItsEnd) {
    const test::TemporaryFolder folder;
    const auto fifo = folder.path() / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const std::string text(1'000'000, 'x');
    const std::jthread writer([&] { write_file(fifo, text); });
    EXPECT_EQ(read_file(fifo, 2 * mebibyte), text);
}

TEST(ReadFile, OfTheMostIsRead) {
    const test::TemporaryFolder folder;
    write_file(folder.path() / "file", std::string(mebibyte, 'x'));
    EXPECT_EQ(message_of(folder.path() / "file"), "no error");
    write_file(folder.path() / "file", std::string(mebibyte + 1, 'x'));
    EXPECT_NE(message_of(folder.path() / "file"), "no error");
}

} // namespace
} // namespace parallax
