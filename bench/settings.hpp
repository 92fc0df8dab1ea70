// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

namespace parallax::demo {
class CleanupProcess;
}

namespace parallax::bench {

/// A number that the kernel shows as a file in /proc or /sys, changed for the length of a run and
/// then put back.
class SystemSetting {
public:
    explicit SystemSetting(std::filesystem::path file);
    SystemSetting(const SystemSetting&) = delete;
    SystemSetting& operator=(const SystemSetting&) = delete;
    SystemSetting(SystemSetting&&) = delete;
    SystemSetting& operator=(SystemSetting&&) = delete;
    ~SystemSetting();

    /// The value now; nothing where there is no such file.
    [[nodiscard]] std::optional<std::uint64_t> value() const;

    /// Whether this process may change it.
    [[nodiscard]] bool is_writable() const;

    /// Writes the value, unless it is that already.
    /// @throws std::system_error when it cannot be written: not root, or no such file.
    void set(std::uint64_t value);

    /// Raises the value to @p least, where it may be.
    /// @return whether it is that much now.
    bool try_raise(std::uint64_t least);

    /// Writes the value that was there before; set() has no effect any more. From any thread.
    void put_back() noexcept;

private:
    std::filesystem::path file_;
    std::optional<std::uint64_t> before_;
    std::mutex mutex_; // so that nothing is set once it has been put back
    bool over_ = false;
};

/// What a bench changes of the kernel's settings, put back at the end of the run, however that
/// comes about: a process that survives this one does it where this one cannot.
///
/// Created before any thread starts.
class Settings {
public:
    /// @throws std::system_error when the process cannot be created.
    Settings();
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;
    Settings(Settings&&) = delete;
    Settings& operator=(Settings&&) = delete;
    ~Settings();

    SystemSetting pool_size{"/sys/module/dmabuf_exporter/parameters/pool_mib"};
    SystemSetting udmabuf_size{"/sys/module/udmabuf/parameters/size_limit_mb"};
    SystemSetting huge_pages{"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"};

    /// Restores all; nothing can be set afterwards. From any thread.
    void put_back() noexcept;

private:
    std::unique_ptr<demo::CleanupProcess> survivor_; // last: destroyed before the settings
};

} // namespace parallax::bench
