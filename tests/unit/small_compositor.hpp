// SPDX-License-Identifier: MIT
// A Wayland compositor that says what a test wants, in the bytes of the protocol.
#pragma once

#include "support/fds.hpp"
#include "support/temporary_folder.hpp"

#include "parallax/dmabuf/unique_fd.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace parallax::test {

/// An event: words, as the protocol counts them.
class Event {
public:
    Event(std::uint32_t object, std::uint16_t opcode) : words_{object, opcode} {}

    Event& put(std::uint32_t number) {
        words_.push_back(number);
        return *this;
    }
    /// A string with the zero at its end, or an array.
    Event& put(std::string_view bytes) {
        words_.push_back(static_cast<std::uint32_t>(bytes.size()));
        const std::size_t start = words_.size();
        words_.resize(start + (bytes.size() + 3) / 4);
        std::memcpy(words_.data() + start, bytes.data(), bytes.size());
        return *this;
    }
    [[nodiscard]] std::span<std::byte> bytes() {
        words_[1] = (words_[1] & 0xffffU) | static_cast<std::uint32_t>(words_.size() * 4) << 16U;
        return std::as_writable_bytes(std::span(words_));
    }

private:
    std::vector<std::uint32_t> words_;
};

/// Serves one client, on a thread of its own, until that is gone.
class SmallCompositor {
public:
    /// An interface that it has, and what it says to each object of that.
    struct Global {
        std::string interface; ///< "wl_output"
        std::uint32_t version = 1;
        /// @param object that a request of @p opcode names; a request to bind has none, and comes
        /// as
        ///               bound.
        std::function<void(SmallCompositor&, std::uint32_t object, int opcode,
                           std::span<const std::uint32_t> arguments)>
            answer;
    };
    static constexpr int bound = -1;

    enum class Manner : std::uint8_t { polite, silent, hangs_up };

    explicit SmallCompositor(std::vector<Global> globals, Manner manner = Manner::polite)
        : globals_(std::move(globals)),
          manner_(manner),
          listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        socket().copy(address.sun_path, sizeof(address.sun_path) - 1);
        if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
                0 ||
            ::listen(listener_.get(), 1) != 0) {
            throw std::runtime_error("a compositor for a test cannot listen");
        }
        thread_ = std::jthread([this] { serve(); });
    }
    SmallCompositor(const SmallCompositor&) = delete;
    SmallCompositor& operator=(const SmallCompositor&) = delete;
    /// To be called after the client's end.
    ~SmallCompositor() { ::shutdown(listener_.get(), SHUT_RDWR); } // ends accept4()

    /// For wayland::Connection::open().
    [[nodiscard]] std::string socket() const { return (folder_.path() / "s").string(); }

    /// True once a client has sent a request.
    [[nodiscard]] bool asked() const { return asked_; }

    /// @return false once the client is gone.
    bool send(Event event, int fd = -1) {
        const std::span<std::byte> bytes = event.bytes();
        FdMessage message(bytes.data(), bytes.size());
        if (fd >= 0) {
            message.put(fd);
        }
        const ssize_t sent = fd >= 0
                                 ? ::sendmsg(client_.get(), message.header(), MSG_NOSIGNAL)
                                 : ::send(client_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        return sent == static_cast<ssize_t>(bytes.size());
    }

    /// Has the answers for @p like come for another object, which a request has made.
    void add(std::uint32_t object, std::uint32_t like) { objects_[object] = objects_.at(like); }

private:
    void serve() {
        client_.reset(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (manner_ == Manner::hangs_up) {
            client_.reset();
        }
        std::array<std::uint32_t, 2> head{};
        while (::recv(client_.get(), head.data(), sizeof head, MSG_WAITALL) == sizeof head) {
            std::vector<std::uint32_t> arguments((head[1] >> 16U) / 4 - 2);
            const std::size_t size = arguments.size() * 4;
            if (size > 0 && ::recv(client_.get(), arguments.data(), size, MSG_WAITALL) !=
                                static_cast<ssize_t>(size)) {
                return;
            }
            asked_ = true;
            if (manner_ == Manner::polite) {
                handle(head[0], static_cast<int>(head[1] & 0xffffU), arguments);
            }
        }
    }

    void handle(std::uint32_t object, int opcode, std::span<const std::uint32_t> arguments) {
        constexpr std::uint32_t display = 1;
        if (object == display && opcode == 0) { // sync
            send(Event(arguments[0], 0).put(0));
            send(Event(display, 1).put(arguments[0]));
        } else if (object == display) { // get_registry
            registry_ = arguments[0];
            for (std::uint32_t name = 0; name < globals_.size(); ++name) {
                const std::string& interface = globals_[name].interface;
                send(Event(registry_, 0)
                         .put(name)
                         .put(std::string_view(interface.c_str(), interface.size() + 1))
                         .put(globals_[name].version));
            }
        } else if (object == registry_) { // bind: the new object comes last
            const Global& global = globals_.at(arguments[0]);
            objects_[arguments.back()] = &global;
            global.answer(*this, arguments.back(), bound, {});
        } else if (const auto known = objects_.find(object); known != objects_.end()) {
            known->second->answer(*this, object, opcode, arguments);
        }
    }

    TemporaryFolder folder_;
    std::vector<Global> globals_;
    Manner manner_;
    std::atomic<bool> asked_ = false;
    UniqueFd listener_;
    UniqueFd client_;
    std::uint32_t registry_ = 0;
    std::map<std::uint32_t, const Global*> objects_;
    std::jthread thread_; // last: it uses the others
};

} // namespace parallax::test
