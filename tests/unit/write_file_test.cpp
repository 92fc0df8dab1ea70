// SPDX-License-Identifier: MIT
#include "parallax/write_file.hpp"

#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace parallax {
namespace {

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

TEST(WriteFile, ToAFullDiskLeavesNothing) {
    // /dev/full cannot be renamed over, but a file-size limit of nothing fails the same write.
    const test::TemporaryFolder folder;
    const test::FileSizeLimit limit(0);
    EXPECT_THROW(write_file(folder.path() / "file", std::string("text")), std::system_error);
    EXPECT_EQ(files_in(folder.path()), 0);
}

} // namespace
} // namespace parallax
