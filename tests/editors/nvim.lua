-- Drives the configuration of docs/editors.md in a real Neovim, 0.7 and newer. Env: WS, a project with out.log.
local common = dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'common.lua')
local say, check, wait, clients = common.say, common.check, common.wait, common.clients
local V = vim.version()
say('neovim', V.major .. '.' .. V.minor .. '.' .. V.patch)

local function floating()
  for _, w in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(w).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false), '\n'), w
    end
  end
end
local function lines(buffer) return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), '\n') .. '\n' end
-- The loaded buffer of a prompt; its text is what the editor shows in it.
local function prompt()
  for _, b in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(b) and vim.api.nvim_buf_get_name(b):find('prompt.md', 1, true) then return b end
  end
end
local function keys(text)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(text, true, true, true), 'mx', false)
end
local function hover(line, wanted)
  vim.api.nvim_win_set_cursor(0, { line, 8 })
  local text
  wait('hover with ' .. wanted, function()
    local old, window = floating()
    if window then vim.api.nvim_win_close(window, true) end
    keys('K')
    vim.wait(1500, function()
      text = floating()
      return text
    end, 20)
    return text and text:find(wanted, 1, true)
  end)
  local _, window = floating()
  vim.api.nvim_win_close(window, true)
  return text
end

vim.cmd('edit ' .. vim.env.WS .. '/out.log')
local log = vim.api.nvim_get_current_buf()

common.attaches()
check('hover', function()
  local text = hover(6, 'größe')
  assert(text:find('def größe', 1, true) and text:find('läuft', 1, true), text)
end)
check('definition', function()
  vim.api.nvim_win_set_cursor(0, { 6, 8 })
  keys('<C-]>')
  wait('jump', function() return vim.api.nvim_buf_get_name(0):find('main.py', 1, true) end)
  assert(vim.fn.line('.') == 6, vim.fn.line('.'))
  assert(vim.fn.col('.') == 5, vim.fn.col('.'))
end)
check('hints in the source', function()
  wait('diagnostics', function() return #vim.diagnostic.get(0) == 3 end)
  local message = vim.diagnostic.get(0)[1].message
  assert(message:find('ZeroDivisionError raised here', 1, true), message)
  return message
end)
check('unsaved change', function()
  vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'def größe(items, rabatt):' })
  vim.cmd('buffer ' .. log)
  hover(6, 'def größe(items, rabatt)')
end)
check('code action, chosen and done', function()
  vim.api.nvim_win_set_cursor(0, { 4, 4 })
  local titles
  vim.ui.select = function(items, opts, on_choice)
    titles = vim.tbl_map(function(i) return (opts.format_item or tostring)(i) end, items)
    on_choice(items[1], 1)
  end
  local said = ''
  local show = vim.lsp.handlers['window/showMessage']
  vim.lsp.handlers['window/showMessage'] = function(e, r, c, d)
    said = said .. r.message
    return show(e, r, c, d)
  end
  vim.lsp.buf.code_action()
  wait('prompt', prompt)
  wait('text', function() return lines(prompt()):find('# ZeroDivisionError', 1, true) == 1 end)
  assert(table.concat(titles, ', ') == 'Build debug prompt, Copy as Markdown', table.concat(titles, ', '))
  -- A release that can show documents is there now; an older one is told where to look.
  wait('shown', function()
    return vim.api.nvim_get_current_buf() == prompt() or said:find('prompt.md', 1, true)
  end)
end)
check('the mapping: a window and the register', function()
  vim.cmd('buffer ' .. log)
  vim.api.nvim_win_set_cursor(0, { 4, 4 })
  keys('\\dp')
  wait('window', function() return vim.api.nvim_get_current_buf() == prompt() end)
  local text = lines()
  assert(text:find('# ZeroDivisionError', 1, true) == 1, text:sub(1, 80))
  wait('register', function() return vim.fn.getreg('"') == text end)
  assert(text:find('def größe(items, rabatt)', 1, true), 'the unsaved line is missing')
end)
check('an edit of the expected behaviour is kept', function()
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  for number, line in ipairs(lines) do
    if line == '## Expected behavior' then
      vim.api.nvim_buf_set_lines(0, number + 1, number + 2, false, { 'Nichts ergibt null: 0.' })
    end
  end
  vim.wait(400) -- Neovim sends what was typed after a short pause
  vim.cmd('buffer! ' .. log)
  vim.cmd('DebugPrompt')
  local ok = pcall(wait, 'register', function()
    return vim.fn.getreg('"'):find('> Nichts ergibt null: 0.', 1, true)
  end)
  assert(ok, vim.fn.getreg('"') .. vim.api.nvim_buf_get_name(0))
end)
check('pasted text without a name', function()
  vim.cmd('cd ' .. vim.env.WS)
  vim.cmd('enew!')
  local pasted = { 'Traceback (most recent call last):', '  File "app/main.py", line 6, in größe', 'KeyError: 1' }
  vim.fn.setreg('a', table.concat(pasted, '\n'), 'l')
  keys('"ap')
  vim.cmd('doautocmd TextChanged') -- which is for whoever types; a script is not waited for
  hover(3, 'größe')
  keys('\\dp')
  wait('prompt', function() return vim.fn.getreg('"'):find('# KeyError', 1, true) == 1 end)
end)
check('a buffer that is no document', function()
  vim.cmd('new')
  vim.bo.buftype = 'nofile'
  local said = { 'Traceback (most recent call last):', '  File "app/main.py", line 6, in größe', 'OSError: 1' }
  vim.api.nvim_buf_set_lines(0, 0, -1, false, said)
  keys('\\dp')
  wait('prompt', function() return vim.fn.getreg('"'):find('# OSError', 1, true) == 1 end)
end)
check('one server for all of it', function() assert(#clients() == 1, #clients()) end)
check('clean stop', function()
  vim.lsp.stop_client(vim.tbl_map(function(c) return c.id end, clients()))
  wait('exit', function() return #clients() == 0 end)
end)
common.done()
