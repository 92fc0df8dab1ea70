// SPDX-License-Identifier: MIT
#pragma once

#include "process/child_process.hpp"

#include <filesystem>

namespace parallax::demo {

/// A private folder (mode 0700), removed with its content by the destructor.
class TemporaryFolder {
public:
    /// @throws std::system_error with mkdtemp's errno.
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder(TemporaryFolder&&) = delete;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// For a CleanupProcess, if this process is killed: kills @p user, which has files there, and
    /// executes a program that removes the folder. Async-signal-safe; returns only if there is no
    /// such program.
    void remove_after(const ChildProcess& user) const noexcept;

private:
    std::filesystem::path path_;
};

} // namespace parallax::demo
